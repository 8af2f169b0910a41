// What the page and the worker say to each other.
import type {
  Diagnostic,
  Edit,
  Inventory,
  InventoryGroup,
  ReachError,
  Run,
  Trace,
} from "reach-wasm";

/** A file that somebody named, or met in a folder that somebody named. */
export interface Source {
  name: string;
  content: Blob;
  /** Whether it was met in a folder, which may hold other things too. */
  met: boolean;
}

export interface Question {
  from: string;
  to: string;
  traffic: string;
  /** A load balancer that the traffic goes through. */
  via?: string | null;
  /** Only ways on which something gets through. */
  open: boolean;
}

/** What the page asks of the worker, and what it gets. */
export interface Calls {
  load(sources: Source[]): { inventory: Inventory; diagnostics: Diagnostic[] };
  /** Assesses the network as it would be after the edits, against the network as it is. */
  scan(edits: Edit[], tags: [string, string][]): { run: Run; groups: InventoryGroup[] };
  ask(question: Question): Trace;
  commands(edits: Edit[]): string[];
}

export type Request = {
  [Name in keyof Calls]: { id: number; call: Name; arguments: Parameters<Calls[Name]> };
}[keyof Calls];

export interface Progress {
  /** What is being done. */
  stage: string;
  /** Between 0 and 1, where it can be told. */
  part?: number;
}

/** An error as it crosses over. */
export interface Failure {
  code: string;
  message: string;
  details: ReachError["details"];
}

export type Reply =
  | { id: number; value: unknown }
  | { id: number; failure: Failure }
  | { id: number; progress: Progress };
