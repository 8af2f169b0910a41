import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const require = createRequire(import.meta.url);

/** The analyzer as text: a page that may fetch nothing has to hold it. */
function analyzer(): Plugin {
  const name = "virtual:analyzer";
  return {
    name: "analyzer",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      const wasm = readFileSync(require.resolve("reach-wasm/reach_wasm_bg.wasm"));
      const text = gzipSync(wasm, { level: 9 }).toString("base64");
      return `export default ${JSON.stringify(text)};`;
    },
    // Else the module that the package would fetch is packed too.
    transform: (code, id) =>
      id.endsWith("reach_wasm.js")
        ? code.replace("new URL('reach_wasm_bg.wasm', import.meta.url)", "undefined")
        : undefined,
  };
}

/**
 * One file with everything in it, and a policy that allows these very scripts and styles, no
 * request, no form, no frame. The worker is made of a `blob:`, so that it inherits the policy.
 */
function onePage(): Plugin {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_, bundle) {
      let script = "";
      let style = "";
      for (const [file, output] of Object.entries(bundle)) {
        if (output.type === "chunk") script += output.code;
        else if (file.endsWith(".css")) style += output.source;
        else continue;
        delete bundle[file];
      }
      const page = bundle["index.html"];
      if (page?.type !== "asset" || !script || !style) throw new Error("a page, a script, a style");
      // What would end the element stands in strings only.
      script = script.replace(/<(?=\/script|!--)/gi, "\\x3c");
      const policy = [
        "default-src 'none'",
        `script-src ${hash(script)} 'wasm-unsafe-eval'`,
        `style-src ${hash(style)}`,
        "worker-src blob:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, "")
        .replace(/\s*<link rel="stylesheet"[^>]*>/, "")
        .replace(/(<meta charset="utf-8" \/>)/, `$1\n    ${meta}`)
        .replace("</head>", () => `<style>${style}</style>\n  </head>`)
        .replace("</body>", () => `<script>${script}</script>\n  </body>`);
    },
  };
}

export default defineConfig({
  plugins: [analyzer(), onePage()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "iife", plugins: () => [analyzer()] },
  build: {
    // What knows `light-dark()`: browsers of 2024 and later.
    target: ["chrome123", "firefox125", "safari17.5"],
    modulePreload: false,
    // With it, a classic script would put the styles into the page by itself.
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    rolldownOptions: { output: { format: "iife", codeSplitting: false } },
  },
  // The lab is the one of the documentation.
  server: { fs: { allow: ["../.."] } },
});
