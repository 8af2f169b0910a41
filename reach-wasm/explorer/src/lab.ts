// The lab of the documentation, files and edits.
import task4 from "../../../docs/examples/lab-edits/task4.json";
import task5 from "../../../docs/examples/lab-edits/task5.json";
import type { Edit } from "reach-wasm";

import type { Change } from "./changes";
import type { Source } from "./messages";

const files = import.meta.glob<string>("../../../docs/examples/lab/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const labSources: Source[] = Object.entries(files).map(([path, text]) => ({
  name: `lab/${path.split("/").at(-1)}`,
  content: new Blob([text]),
  met: true,
}));

/** What the lab's tasks do, ready to be switched on. */
export const labChanges: Change[] = [
  {
    key: "lab 4",
    title: "Task 4: close Telnet, open SSH to one address",
    edits: task4 as Edit[],
    on: false,
  },
  {
    key: "lab 5",
    title: "Task 5: remove the last rule, stop the bastion",
    edits: task5 as Edit[],
    on: false,
  },
];
