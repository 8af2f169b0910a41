import type { Run } from "reach-wasm";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Change } from "./changes";
import type { Engine } from "./engine";

/** Takes away what was found: the run as JSON, the changes as commands. */
export function Export({ changes, run, engine }: { changes: Change[]; run: Run; engine: Engine }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<{ script: string }>();
  const [copied, setCopied] = useState(false);
  const show = async () => {
    const commands = await engine.commands(changes.flatMap((change) => change.edits));
    setShown({ script: `${commands.join("\n")}\n` });
    setCopied(false);
  };
  // Once the commands stand in it.
  useLayoutEffect(() => {
    if (shown && !dialog.current?.open) dialog.current?.showModal();
  }, [shown]);
  const script = shown?.script ?? "";
  return (
    <div class="export buttons">
      <button type="button" disabled={changes.length === 0} onClick={() => void show()}>
        AWS CLI commands
      </button>
      <button
        type="button"
        onClick={() => save("run.json", "application/json", `${JSON.stringify(run, null, 2)}\n`)}
      >
        Run as JSON
      </button>
      <dialog ref={dialog} aria-labelledby="commands">
        <h2 id="commands">The commands that make it true</h2>
        <p>
          Run them in order, with credentials for the account. Each does what one change above does;
          what comes from the snapshot stands between quotes.
        </p>
        <pre tabIndex={0}>{script}</pre>
        <div class="buttons">
          <button
            type="button"
            class="primary"
            onClick={() => navigator.clipboard.writeText(script).then(() => setCopied(true))}
          >
            {copied ? "Copied" : "Copy"}
          </button>
          <button
            type="button"
            onClick={() => save("changes.sh", "text/x-shellscript", `set -eu\n${script}`)}
          >
            Save
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
      </dialog>
    </div>
  );
}

function save(name: string, type: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
