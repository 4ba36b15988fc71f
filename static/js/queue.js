// What a phone keeps: the days that wait to be sent, and what is needed to log without a network. For pages and worker.
// A row: key, user, kind (new, change), fields (pairs as a form sends them), stamp (another one after each change by the
// student), state (waits, refused, conflict) and what the server said of it.
(() => {
  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open("passerelle", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("rows", { keyPath: "key" }).createIndex("user", "user");
      asked.result.createObjectStore("kept", { keyPath: "user" });
      asked.result.createObjectStore("facts");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  // One transaction; strict, so that a row is on the disk before the page says that it is kept.
  const within = async (store, mode, work) => {
    const database = await open();
    try {
      return await new Promise((done, fail) => {
        const change = database.transaction(store, mode, { durability: "strict" });
        const asked = work(change.objectStore(store));
        change.oncomplete = () => done(asked?.result);
        change.onerror = change.onabort = () => fail(change.error);
      });
    } finally {
      database.close();
    }
  };

  const start = (row) => ["day", "starts_at"].map((name) => row.fields.find(([field]) => field === name)?.[1]).join(" ");

  self.queue = {
    /** The key of who was signed in last on this phone. */
    user: () => within("facts", "readonly", (facts) => facts.get("user")),
    /** The placements of a user as the server gave them last; nothing where there are none. */
    kept: async (user) => (user ? within("kept", "readonly", (kept) => kept.get(user)) : undefined),
    /** The rows of a user in the order of their days. */
    rows: async (user) => {
      if (!user) return [];
      const rows = await within("rows", "readonly", (rows) => rows.index("user").getAll(user));
      return rows.sort((one, other) => (start(one) < start(other) ? -1 : 1));
    },
    put: (row) => within("rows", "readwrite", (rows) => rows.put(row)),
    remove: (key) => within("rows", "readwrite", (rows) => rows.delete(key)),

    /** What became of a row that was sent: `said` goes into it, without it the row leaves. A row that the student
        changed or removed in the meantime stays as it is. */
    settle: (row, said) => within("rows", "readwrite", (rows) => {
      rows.get(row.key).onsuccess = ({ target }) => {
        if (target.result?.stamp !== row.stamp) return;
        if (said) rows.put({ ...row, ...said }); else rows.delete(row.key);
      };
    }),

    /** Remember what the server gave; nobody else's placements stay. Rows of others stay, for they are not sent yet. */
    async keep(given) {
      await within("facts", "readwrite", (facts) => facts.put(given.user, "user"));
      await within("kept", "readwrite", (kept) => { kept.clear(); return kept.put(given); });
    },

    /** At sign-out: nothing of this user stays, and no cached file. */
    async wipe(user) {
      for (const row of await this.rows(user)) await this.remove(row.key);
      await within("kept", "readwrite", (kept) => kept.clear());
      await within("facts", "readwrite", (facts) => facts.clear());
      if (!self.caches) return;
      for (const name of await caches.keys()) if (name.startsWith("passerelle-")) await caches.delete(name);
    },
  };
})();
