// Sends the days that wait, one by one and in their order. Only an answer of the server takes a day off this phone.
(() => {
  const ADDRESS = "/my/queue/";

  // Read when sending: signing in changes it.
  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const signedOut = (answer) => answer.type === "opaqueredirect" || [401, 403].includes(answer.status);

  const ask = async (options = {}) => {
    const headers = { Accept: "application/json", ...options.headers };
    try {
      return await fetch(ADDRESS, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...options, headers });
    } catch {
      return null;
    }
  };

  /** What the server says of now: offline, signed-out or ready; what it gave is kept when it is ready. */
  const refresh = async () => {
    const answer = await ask();
    if (!answer) return "offline";
    // 404: somebody is signed in who has no days of their own.
    if (signedOut(answer) || answer.status === 404) return "signed-out";
    if (!answer.ok) return "offline";
    await queue.keep(await answer.json());
    return "ready";
  };

  const body = (row) => {
    const sent = new FormData();
    sent.append("user", row.user);
    for (const [name, value] of row.fields) sent.append(name, value);
    return sent;
  };

  /** Send one row: true where the next one may follow. */
  const send = async (row, sum) => {
    const answer = await ask({ method: "POST", body: body(row), headers: { "X-CSRFToken": token() } });
    if (!answer) return stop(sum, "offline");
    if (signedOut(answer)) return stop(sum, "signed-out");
    if (answer.status === 404) return mark(row, { state: "refused", messages: [], wrong: [], lost: true }, sum);
    if (![200, 409, 422].includes(answer.status)) return stop(sum, "offline");
    const said = await answer.json();
    if (said.state === "other") return stop(sum, "signed-out");
    if (said.state !== "saved" && said.state !== "known") return mark(row, said, sum);
    await queue.settle(row);
    sum.saved += 1;
    return true;
  };

  const stop = (sum, state) => { sum.state = state; return false; };

  const mark = async (row, said, sum) => {
    await queue.settle(row, { lost: false, ...said });
    sum[said.state] += 1;
    return true;
  };

  const sendRows = async () => {
    const sum = { state: await refresh(), saved: 0, refused: 0, conflict: 0 };
    if (sum.state !== "ready") return sum;
    for (const row of await queue.rows(await queue.user())) if (!(await send(row, sum))) break;
    if (sum.saved) await refresh();
    return sum;
  };

  /** One page at a time sends; what two would send at once is stored once all the same. */
  const sendAll = () => (navigator.locks ? navigator.locks.request("passerelle-queue", sendRows) : sendRows());

  self.sending = { sendAll, token };
})();
