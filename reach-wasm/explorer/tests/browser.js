// Debian's Chromium, a static file server, and what every test of the page wants to know.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

/** The page, as it is built. */
export const PAGE = new URL("../dist/index.html", import.meta.url).pathname;

/** Where the pictures go. */
export const PICTURES = process.env.REACH_PICTURES ?? new URL("../dist/pictures", import.meta.url).pathname;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };

/** Serves files by their addresses, at first the page, and notes what is asked for. */
export async function serve(files = { "/": PAGE }) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const file = files[request.url];
    if (!file) return response.writeHead(404).end();
    const type = TYPES[file.split(".").at(-1)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => server.close() };
}

/**
 * Opens the page in a browser of its own, which ends with the test; whatever goes wrong in it is in
 * `faults`.
 */
export async function open(t, { url, width = 1280, height = 860, dark = false }) {
  const folder = mkdtempSync(join(tmpdir(), "reach-explorer-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  t.after(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
  context.setDefaultTimeout(20_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const faults = [];
  const requests = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, faults, requests };
}

/** Until the worker has nothing to do. */
export async function settled(page, timeout = 30_000) {
  await page.locator('.workbench[aria-busy="false"]').waitFor({ timeout });
  await page.locator(".progress.idle").waitFor({ state: "attached", timeout });
}

/** Hands files to the page as its file input would. */
export async function give(page, files) {
  await page.locator("#files").setInputFiles(files);
}

export const json = (name, value) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
});
