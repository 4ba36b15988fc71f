"""What the demo world is made of: programmes, trades and names. Nobody here exists."""

from typing import Any

PROGRAMMES: dict[str, dict[str, Any]] = {
    "Automotive": {
        "code": "AUT",
        "occupations": ["7231"],
        "minutes": 315 * 60,
        "units": {
            "Service and inspection": (
                ["Carries out a service by the maker's plan", "Records findings so that others can act on them"],
                ["Oil and filter change", "Vehicle check", "Battery test"],
            ),
            "Tyres and wheels": (
                ["Judges the wear of a tyre", "Changes and balances a wheel safely"],
                ["Tyre change", "Wheel balancing"],
            ),
            "Brakes": (
                [
                    "Finds the cause of a brake fault",
                    "Replaces pads and discs by the maker's data",
                    "Tests the brakes and explains the result",
                ],
                ["Brake pads", "Brake discs", "Brake test"],
            ),
            "Working with customers": (
                ["Explains the work done in plain words", "Keeps agreements on time and price"],
                ["Customer handover"],
            ),
        },
        "trades": ["Motors", "Garage", "Auto Repair", "Tyres"],
    },
    "Bakery and hospitality": {
        "code": "HOS",
        "occupations": ["7512", "5131"],
        "minutes": 315 * 60,
        "units": {
            "Doughs and baking": (
                ["Weighs and mixes by recipe", "Judges when a dough is ready", "Bakes to an even quality"],
                ["Mixing dough", "Shaping loaves", "Running the oven"],
            ),
            "Hygiene": (
                ["Keeps the cold chain", "Cleans by the plan and signs for it"],
                ["Cleaning by plan", "Temperature check"],
            ),
            "Serving guests": (
                ["Takes an order without mistakes", "Deals with a complaint calmly"],
                ["Serving at the counter", "Laying tables", "Check-in"],
            ),
        },
        "trades": ["Bakery", "Hotel", "Café", "Kitchen"],
    },
    "Health and social care": {
        "code": "CAR",
        "occupations": ["5321", "5322"],
        "minutes": 350 * 60,
        "units": {
            "Everyday care": (
                ["Helps with washing and dressing with respect", "Sees changes and reports them"],
                ["Morning care", "Helping at meals", "Handover report"],
            ),
            "Safe moving": (
                ["Moves a person safely with an aid", "Protects own back"],
                ["Transfer with hoist", "Walking with support"],
            ),
            "Talking and listening": (
                ["Listens and answers so that people feel safe"],
                ["Conversation", "Activity with a group"],
            ),
        },
        "trades": ["Care Home", "Clinic", "Day Centre", "Pharmacy"],
    },
    "Building and electrical": {
        "code": "BUI",
        "occupations": ["7411", "7115"],
        "minutes": 315 * 60,
        "units": {
            "Installing": (
                ["Reads a plan and marks out", "Wires a circuit to the rules", "Fits and checks what was built"],
                ["Marking out", "Pulling cable", "Fitting sockets", "Hanging doors"],
            ),
            "Safety on site": (
                ["Isolates and proves dead", "Keeps a tidy and safe place of work"],
                ["Safe isolation", "Setting up the site"],
            ),
            "Measuring and testing": (
                ["Tests a circuit and records the values"],
                ["Insulation test", "Test report"],
            ),
        },
        "trades": ["Electric", "Joinery", "Builders", "Heating"],
    },
    "Retail": {
        "code": "RET",
        "occupations": ["5223"],
        "minutes": 280 * 60,
        "units": {
            "Selling": (
                ["Finds out what a customer needs", "Advises on goods honestly"],
                ["Advising customers", "Working the till"],
            ),
            "Stock": (
                ["Receives and checks a delivery", "Presents goods so that they sell"],
                ["Receiving goods", "Filling shelves", "Stocktaking"],
            ),
        },
        "trades": ["Stores", "Books", "Flowers", "Outdoor"],
    },
}

GIVEN = (
    "Aino Bela Carl Dana Emil Fatou Goran Hana Ivo Jana Karim Lea Milan Nora Omar Petra Rafi Sara Timo Uma Vera "
    "Wim Yara Zeno Alma Boris Chloé Dario Elin Finn Greta Hugo Inès Jakob Kaja Luca Maja Nils Olga Paul"
).split()
FAMILY = (
    "Adler Baker Cohen Dubois Eriksen Fischer Garcia Hansen Ivanova Jensen Keller Larsen Moreau Nowak Okafor Peters "
    "Quinn Rossi Schmidt Tanaka Urban Vogel Walsh Young Zimmer Araújo Bauer Costa Duarte Ekström Ferrari Gruber "
    "Horvat Illés Janssen Kovács Lindqvist Müller Nagy Olsen Pavlov Roth Silva Türk Vidal Weiss Yilmaz Öberg"
).split()
PLACES = "Harbour Quay Mill Station North Castle Bridge Dock Market Church Garden River Forge Hill Park Tower".split()
