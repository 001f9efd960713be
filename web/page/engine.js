// The engine as the page sees it: a worker that is asked, one question at a time.

/** Starts the engine. `onProgress(stage, share)` is told how far it is; `ready` settles when it can be asked. */
export function startEngine(onProgress) {
  // A worker made of a blob is under the policy of this page, whatever the server says of the file that it reads.
  const start = new Blob([`import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`], { type: "text/javascript" });
  const address = URL.createObjectURL(start);
  const worker = new Worker(address, { type: "module", name: "unspin" });
  const asked = new Map();
  let count = 0;
  const ready = new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message || "the engine did not start"));
    worker.onmessage = ({ data }) => {
      if (data.kind === "progress") onProgress(data.stage, data.share);
      if (data.kind === "ready") {
        URL.revokeObjectURL(address);
        resolve(data);
      }
      if (data.kind === "failed") reject(new Error(data.reason));
      if (data.kind !== "answer") return;
      const { resolve: answer, reject: refuse } = asked.get(data.id);
      asked.delete(data.id);
      if (data.error === undefined) answer(JSON.parse(data.found));
      else refuse(new Error(data.error));
    };
  });
  /** Restores a text under options: `{ minConfidence, words }`. */
  const restore = async (text, options) => {
    await ready;
    const id = (count += 1);
    return new Promise((resolve, reject) => {
      asked.set(id, { resolve, reject });
      worker.postMessage({ id, text, options });
    });
  };
  return { ready, restore };
}
