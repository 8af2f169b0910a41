// The page's end of the worker.
import AnalyzerWorker from "./worker?worker&inline";

import type { Calls, Failure, Progress, Reply, Request, Source } from "./messages";
import type { Edit } from "reach-wasm";

/** What a call of the worker failed with. */
export class EngineError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** Nobody waits for the answer any more. */
export class Stopped extends Error {}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  tell(progress: Progress): void;
}

/**
 * Runs calls one after the other in a worker. Stopping ends the worker: what it had loaded is
 * loaded again by the next call.
 */
export class Engine {
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #last = 0;
  #sources: Source[] | undefined;
  #scanned: Parameters<Calls["scan"]> | undefined;
  #tell: (progress: Progress | undefined) => void;

  constructor(tell: (progress: Progress | undefined) => void) {
    this.#tell = tell;
  }

  async load(sources: Source[]) {
    this.stop();
    const loaded = await this.#call("load", [sources]);
    this.#sources = sources;
    this.#scanned = undefined;
    return loaded;
  }

  async scan(edits: Edit[], tags: [string, string][]) {
    await this.#restore();
    const scanned = await this.#call("scan", [edits, tags]);
    this.#scanned = [edits, tags];
    return scanned;
  }

  async ask(question: Parameters<Calls["ask"]>[0]) {
    if (await this.#restore()) await this.#call("scan", this.#scanned ?? [[], []]);
    return this.#call("ask", [question]);
  }

  async commands(edits: Edit[]) {
    await this.#restore();
    return this.#call("commands", [edits]);
  }

  /** Ends whatever is going on. */
  stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#tell(undefined);
    for (const { reject } of waiting) reject(new Stopped("stopped"));
  }

  /** Loads the snapshot again where a worker that had it was ended. */
  async #restore() {
    if (this.#worker || !this.#sources) return false;
    await this.#call("load", [this.#sources]);
    return true;
  }

  #call<Name extends keyof Calls>(
    call: Name,
    given: Parameters<Calls[Name]>,
  ): Promise<ReturnType<Calls[Name]>> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        resolve: resolve as (value: unknown) => void,
        reject,
        tell: this.#tell,
      };
      this.#waiting.set(id, waiting);
      worker.postMessage({ id, call, arguments: given } as Request);
    });
  }

  #start() {
    const worker = new AnalyzerWorker();
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if ("progress" in data) return waiting.tell(data.progress);
      this.#waiting.delete(data.id);
      if (this.#waiting.size === 0) this.#tell(undefined);
      if ("value" in data) return waiting.resolve(data.value);
      if (data.failure.code === "fault") this.stop();
      waiting.reject(new EngineError(data.failure));
    };
    worker.onerror = (event) => {
      const failure = { code: "fault", message: `The analyzer failed: ${event.message}`, details: {} };
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      this.stop();
      for (const { reject } of waiting) reject(new EngineError(failure));
    };
    return worker;
  }
}
