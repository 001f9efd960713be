// The page in headless Chromium: what a person does, at two widths, and that it says what the native program says.
//
// Needs web/dist, a Chromium (CHROMIUM, or on the path) and the program `unspin` (UNSPIN, or ../../target/release/unspin).

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const shots = join(here, "shots");
const scratch = mkdtempSync(join(tmpdir(), "unspin-page-"));
const unspin = process.env.UNSPIN ?? join(root, "target/release/unspin");
const model = join(here, "../target/page.ngram");
const example = readFileSync(join(root, "examples/article.txt"), "utf8");

const which = (name) => {
  try {
    return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
};
const executablePath = process.env.CHROMIUM ?? (which("chromium") || which("google-chrome"));

let server;
let address;
let browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  const tool = join(here, "../target/release/page");
  server = spawn(tool, ["serve", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  address = await new Promise((resolve, reject) => {
    server.stdout.once("data", (line) => resolve(String(line).trim()));
    server.once("error", reject);
  });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.kill();
});

/** A page that has never been here; every request it makes is noted, and everything it complains of. */
async function visit(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const requests = [];
  const faults = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(address);
  return { context, page, requests, faults };
}

const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 120_000 });

async function restore(page, text) {
  await page.evaluate(() => document.getElementById("edit").offsetParent && document.getElementById("edit").click());
  await page.fill("#source", text);
  await page.click("#restore");
  await page.waitForSelector("#read:not([hidden])");
  await page.waitForFunction((text) => document.getElementById("source").value === text, text);
}

/** The text as the program restores it, by the model that the page has. */
function native(text, ...options) {
  const file = join(scratch, "in.txt");
  writeFileSync(file, text);
  return execFileSync(unspin, ["clean", "--quiet", "--model", model, "--format", "text", ...options, file], { encoding: "utf8", maxBuffer: 1 << 28 });
}

const saved = async (page, button) => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
};

describe("the page", { concurrency: false }, () => {
  for (const [width, height, theme] of [[1280, 900, "light"], [390, 844, "light"], [1280, 900, "dark"], [390, 844, "dark"]]) {
    test(`shows the example at ${width} pixels, ${theme}`, async () => {
      const { context, page, faults } = await visit({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
      await ready(page);
      await page.screenshot({ path: join(shots, `write-${width}-${theme}.png`) });
      await page.click("#example");
      await page.waitForSelector(".change");
      assert.match(await page.textContent("#verdict"), /Spun by “folks”/);
      await page.screenshot({ path: join(shots, `read-${width}-${theme}.png`) });
      await page.locator(".change").nth(4).click();
      await page.waitForSelector("#card:not([hidden])");
      assert.match(await page.textContent("#card"), /folks.*dictionaries\/folks\/\w+\.\w+, line \d+/s);
      await page.screenshot({ path: join(shots, `card-${width}-${theme}.png`) });
      await page.check('[name="view"][value="both"]', { force: true });
      await page.screenshot({ path: join(shots, `both-${width}-${theme}.png`) });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(overflow, 0, "the page is wider than the window");
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  test("says what the program says of 50 articles", async () => {
    const { context, page } = await visit();
    await ready(page);
    const texts = articles();
    assert.equal(texts.length, 50);
    let changed = 0;
    for (const [number, text] of texts.entries()) {
      await restore(page, text);
      const { text: restored } = await saved(page, "#save-text");
      assert.equal(restored, native(text), `article ${number}`);
      changed += restored === text ? 0 : 1;
    }
    assert.ok(changed >= 15, `only ${changed} articles were changed: the comparison says little`);
    await context.close();
  });

  test("a slider at 0.9 is --min-confidence 0.9, and the channels are --only", async () => {
    const { context, page } = await visit();
    await ready(page);
    await restore(page, example);
    const changes = async () => page.locator(".change").count();
    const first = await changes();
    await page.fill("#threshold", "0.9");
    await page.waitForFunction((first) => document.querySelectorAll(".change").length < first, first);
    assert.equal((await saved(page, "#save-text")).text, native(example, "--min-confidence", "0.9"));
    await page.fill("#threshold", "0.65");
    const torn = "The gov-\nernment said that the har-\nbour would be closed un-\ntil the end of the year, and the min-\nister agreed.\n";
    await restore(page, torn);
    await page.check("#words");
    await page.waitForSelector(".change");
    assert.equal((await saved(page, "#save-text")).text, native(torn, "--only", "characters,words,spun"));
    await context.close();
  });

  test("decisions are kept, exported, and taken by unspin apply", async () => {
    const { context, page } = await visit();
    await ready(page);
    await restore(page, example);
    await page.locator(".change").first().click();
    await page.click("#reject");
    const { name, text: json } = await saved(page, "#save-edits");
    assert.equal(name, "article.edits.json");
    const { text: restored } = await saved(page, "#save-text");
    assert.ok(restored.startsWith("The White Home"), restored.slice(0, 40));
    const edits = JSON.parse(json).edits;
    assert.equal(edits[0].decision, "reject");
    assert.ok(edits.slice(1).some((edit) => edit.decision === "accept"));
    if (hasCommand("apply")) {
      writeFileSync(join(scratch, "source.txt"), example);
      writeFileSync(join(scratch, "edits.json"), json);
      const applied = execFileSync(unspin, ["apply", "--quiet", "--edits", join(scratch, "edits.json"), join(scratch, "source.txt")], { encoding: "utf8" });
      assert.equal(applied, restored);
    }
    // A decision outlives another threshold.
    await page.fill("#threshold", "0.7");
    await page.waitForTimeout(600);
    assert.ok((await saved(page, "#save-text")).text.startsWith("The White Home"));
    await context.close();
  });

  test("another wording of a change is offered, and taken", async () => {
    const { context, page } = await visit();
    await ready(page);
    await restore(page, example);
    const { edits } = JSON.parse((await saved(page, "#save-edits")).text);
    const number = edits.findIndex((edit) => edit.alternatives?.length > 0);
    assert.ok(number >= 0, "no change of the example has alternatives");
    await page.locator(".change").nth(number).click();
    await page.screenshot({ path: join(shots, "alternatives.png") });
    await page.check("#choice-1");
    const after = JSON.parse((await saved(page, "#save-edits")).text).edits;
    assert.equal(after[number].to, edits[number].alternatives[0].to);
    assert.equal(await page.textContent(`.change[data-number="${number}"] ins`), after[number].to);
    await context.close();
  });

  test("is used by keyboard alone, and tells a screen reader what happened", async () => {
    const { context, page } = await visit();
    await ready(page);
    const live = () => page.textContent("#live");
    await page.focus("#example");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".change");
    assert.match(await live(), /Spun by “folks”.*\d+ changes/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.focus("#next");
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => document.activeElement.dataset.number);
    assert.equal(await focused(), "0");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "1");
    const tree = await page.locator('.change[data-number="1"]').ariaSnapshot();
    assert.match(tree, /button ".+, was .+, \d+ % sure, accepted"/);
    await page.keyboard.press("r");
    assert.match(await live(), /^Rejected: .+ to .+\.$/);
    await page.keyboard.press("Space");
    assert.match(await live(), /^Accepted/);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "accept");
    await page.keyboard.press("Escape");
    assert.equal(await page.isVisible("#card"), false);
    assert.equal(await focused(), "1");
    // One stop of the Tab key for all changes, not one each.
    assert.equal(await page.locator('.change[tabindex="0"]').count(), 1);
    await context.close();
  });

  test("text goes nowhere: no request after the start, and none elsewhere is allowed", async () => {
    const { context, page, requests } = await visit();
    await ready(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.waitForTimeout(500);
    const before = requests.length;
    assert.ok(requests.every((url) => url.startsWith(address) || url.startsWith("blob:")), requests.join("\n"));
    await page.click("#example");
    await page.locator(".change").first().click();
    await page.click("#reject");
    await saved(page, "#save-edits");
    assert.deepEqual(requests.slice(before).filter((url) => !url.startsWith("blob:")), []);
    const refused = await page.evaluate(async () => {
      const seen = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective }) => seen.push(effectiveDirective));
      await fetch("http://127.0.0.1:9/").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return seen;
    });
    // The policy of the page and that of the server, each.
    assert.deepEqual([...new Set(refused)], ["connect-src"]);
    await context.close();
  });

  test("works without a network once it was there", async () => {
    const { context, page } = await visit();
    await ready(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await context.setOffline(true);
    await page.reload();
    await ready(page);
    await page.click("#example");
    await page.waitForSelector(".change");
    await context.close();
  });

  test("is ready soon", async () => {
    const { context, page } = await visit();
    await ready(page);
    const first = await page.evaluate(() => performance.now());
    const laidOut = await page.evaluate(() => document.documentElement.dataset.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.reload();
    await ready(page);
    const again = await page.evaluate(() => performance.now());
    console.log(`ready after ${Math.round(first)} ms, again after ${Math.round(again)} ms; tables laid out in ${laidOut} ms`);
    assert.ok(again < 20_000, "not ready after 20 seconds on a busy machine");
    await context.close();
  });

  test("files that are no text, and texts that are too long, are refused by name", async () => {
    const { context, page } = await visit();
    await ready(page);
    await page.setInputFiles("#file", { name: "cat.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 0, 1]) });
    await page.waitForFunction(() => document.getElementById("problem").textContent.includes("cat.png"));
    await page.setInputFiles("#file", { name: "long.txt", mimeType: "text/plain", buffer: Buffer.alloc((4 << 20) + 1, 97) });
    await page.waitForFunction(() => document.getElementById("problem").textContent.includes("long.txt"));
    // A file in the encoding of old Windows, with line ends of its own, comes out as it went in.
    await page.setInputFiles("#file", { name: "old.txt", mimeType: "text/plain", buffer: Buffer.from("It rained in Z\xfcrich.\r\nThen it stopped.\r\n", "latin1") });
    await page.waitForSelector("#read:not([hidden])");
    assert.equal((await saved(page, "#save-text")).text, "It rained in Zürich.\r\nThen it stopped.\r\n");
    await context.close();
  });
});

function hasCommand(name) {
  try {
    execFileSync(unspin, [name, "--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Fifty articles: spun and clean ones of the data beside the repository, else our own and parts of them. */
function articles() {
  const out = [];
  const lines = (path) => readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const textOf = ({ spun }) => (Array.isArray(spun) ? spun.join("\n\n") : spun);
  const pages = join(root, "../shared/pages/dev.jsonl");
  const clean = join(root, "../shared/clean");
  if (existsSync(pages)) {
    out.push(...lines(pages).slice(0, 30).map(textOf));
    const [file] = readdirSync(clean).filter((name) => name.endsWith(".jsonl")).sort();
    out.push(...lines(join(clean, file)).slice(0, 19).map(textOf));
  }
  const own = lines(join(root, "tests/articles/pages.jsonl")).map(textOf);
  out.push(example, ...own);
  const parts = [example, ...own].flatMap((text) => text.split("\n\n")).filter((part) => part.trim() !== "");
  for (let at = 0; out.length < 50; at += 1) out.push(`${parts.slice(at % parts.length, (at % parts.length) + 3).join("\n\n")}\n`);
  return out.slice(0, 50);
}
