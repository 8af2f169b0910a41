// The analyzer, beside the page: whatever takes long here can be stopped there.
import initialize, { Loader, type Network, type ReachError, type Run } from "reach-wasm/web";
import analyzer from "virtual:analyzer";

import type { Calls, Failure, Progress, Reply, Request, Source } from "./messages";

/** What the analyzer takes; a bigger file need not be read to be refused. */
const MOST_BYTES = 512 * 2 ** 20;

const ready = (async () => {
  const packed = Uint8Array.from(atob(analyzer), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  await initialize({ module_or_path: await new Response(stream).arrayBuffer() });
})();

let base: Network | undefined;
let edited: Network | undefined;
let baseline: { tags: string; run: Run } | undefined;

const network = () => {
  if (!edited) throw new Error("no snapshot was loaded");
  return edited;
};

type Tell = (progress: Progress) => void;

const calls: {
  [Name in keyof Calls]: (
    tell: Tell,
    ...given: Parameters<Calls[Name]>
  ) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
} = {
  async load(tell, sources) {
    const loader = new Loader();
    const wanted = sources.filter((source) => !source.met || loader.wants(source.name));
    const total = wanted.reduce((sum, { content }) => sum + content.size, 0);
    let done = 0;
    for (const [index, source] of wanted.entries()) {
      tell({ stage: `Reading file ${index + 1} of ${wanted.length}`, part: done / total });
      loader.add(source.name, await bytes(source));
      done += source.content.size;
    }
    tell({ stage: "Building the network" });
    base = loader.network();
    edited = base;
    baseline = undefined;
    return { inventory: base.inventory(), diagnostics: base.diagnostics };
  },

  scan(tell, edits, tags) {
    if (!base) throw new Error("no snapshot was loaded");
    if (edited && edited !== base) edited.free();
    edited = undefined;
    if (edits.length > 0) tell({ stage: "Applying the edits" });
    edited = edits.length > 0 ? base.withEdits(edits) : base;
    tell({ stage: "Scanning" });
    const key = JSON.stringify(tags);
    if (baseline?.tags !== key) baseline = { tags: key, run: base.scan({ tags }) };
    const run =
      edited === base ? baseline.run : edited.scan({ tags, baseline: baseline.run });
    return { run, groups: edited.inventory().security_groups };
  },

  ask(tell, { from, to, traffic, via, open }) {
    tell({ stage: "Following the packets" });
    return open
      ? network().paths(from, to, traffic, { trace: { via: via ?? null } })
      : network().trace(from, to, traffic, { via: via ?? null });
  },

  commands(_, edits) {
    if (!base) throw new Error("no snapshot was loaded");
    return base.awsCommands(edits);
  },
};

async function bytes({ name, content }: Source): Promise<Uint8Array> {
  if (content.size > MOST_BYTES) {
    const size = (content.size / 2 ** 30).toFixed(1);
    throw Object.assign(new Error(`${name}: ${size} GiB, and the explorer reads at most 0.5 GiB`), {
      code: "too_large",
      details: { file: name },
    });
  }
  try {
    return new Uint8Array(await content.arrayBuffer());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`${name}: cannot be read: ${why}`), {
      code: "unreadable_file",
      details: { file: name },
    });
  }
}

/** What is no error of the analyzer is a fault, after which its memory cannot be trusted. */
function failure(error: unknown): Failure {
  const { code, message, details } = error as Partial<ReachError>;
  if (code && message !== undefined) return { code, message, details: details ?? {} };
  return { code: "fault", message: `The analyzer failed: ${message ?? error}`, details: {} };
}

async function serve(data: Request) {
  const { id } = data;
  const post = (reply: Reply) => self.postMessage(reply);
  try {
    await ready;
    const call = calls[data.call] as (tell: Tell, ...given: unknown[]) => unknown;
    const value = await call((progress) => post({ id, progress }), ...data.arguments);
    post({ id, value });
  } catch (error) {
    post({ id, failure: failure(error) });
  }
}

/** One call after the other: the next one may need what this one loads. */
let last = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Request>) => {
  last = last.then(() => serve(data));
};
