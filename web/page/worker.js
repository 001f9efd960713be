// The worker: brings the tables here, lays them out, and answers.

import init, { Engine } from "./engine/unspin_web.js";
import { TABLES } from "./files.js";

const tell = (stage, share) => postMessage({ kind: "progress", stage, share });

/** A file from the cache, or from where the page came from: then it is kept for the next time. */
async function bring(name, stage) {
  const address = new URL(name, import.meta.url).href;
  const cache = await globalThis.caches?.open("unspin-tables").catch(() => undefined);
  const kept = await cache?.match(address);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  const total = Number(response.headers.get("Content-Length")) || 0;
  const pieces = [];
  let length = 0;
  for (let reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (total > 0) tell(stage, Math.min(1, length / total));
  }
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  // A full disk is no reason not to work.
  await cache?.put(address, new Response(bytes, { headers: { "Content-Type": "application/octet-stream" } })).catch(() => undefined);
  return bytes;
}

async function start() {
  tell("Fetching the program", 0);
  const [, tables] = await Promise.all([init({ module_or_path: new URL("engine/unspin_web_bg.wasm", import.meta.url) }), bring(TABLES, "Fetching the tables")]);
  const began = performance.now();
  const engine = Engine.load(tables, tell);
  postMessage({ kind: "ready", version: engine.version(), spinners: engine.spinners(), minConfidence: engine.min_confidence(), milliseconds: performance.now() - began });
  onmessage = ({ data: { id, text, options } }) => {
    try {
      const found = engine.restore(text, options.minConfidence, options.words);
      postMessage({ kind: "answer", id, found });
    } catch (error) {
      postMessage({ kind: "answer", id, error: String(error) });
    }
  };
}

start().catch((error) => postMessage({ kind: "failed", reason: String(error?.message ?? error) }));
