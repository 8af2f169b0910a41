import { useRef, useState } from "preact/hooks";

import { dropped, picked } from "./files";
import type { Source } from "./messages";

interface Props {
  busy: boolean;
  onSources: (label: string, sources: Source[]) => void;
  onLab: () => void;
  onError: (message: string) => void;
}

export function Landing({ busy, onSources, onLab, onError }: Props) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const take = (sources: Source[]) => {
    if (sources.length === 0) return onError("There is no file in it.");
    const [first] = sources;
    const root = first?.met ? first.name.split("/")[0] : first?.name;
    onSources(sources.length === 1 || first?.met ? (root ?? "") : `${sources.length} files`, sources);
  };

  return (
    <main class="landing">
      <h1>What can reach what in your AWS network, and why?</h1>
      <p class="lead">
        Give the explorer what <code>aws ec2 describe-*</code> printed. It computes which traffic can
        flow, what that exposes, and what would change it: here, in this page. Nothing is uploaded.
      </p>
      <div
        class={over ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={async (event) => {
          event.preventDefault();
          setOver(false);
          if (!busy && event.dataTransfer) take(await dropped(event.dataTransfer));
        }}
      >
        <svg viewBox="0 0 24 24" width="40" height="40" aria-hidden="true">
          <path d="M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2Z" />
          <path d="M12 10v5m-2.5-2.2L12 15l2.5-2.2" />
        </svg>
        <p>Drop a folder, a zip, or JSON files here</p>
        <div class="buttons">
          <button type="button" disabled={busy} onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
          <button type="button" disabled={busy} onClick={() => files.current?.click()}>
            Choose files
          </button>
        </div>
        <input
          ref={files}
          type="file"
          id="files"
          multiple
          accept=".json,.zip"
          hidden
          onChange={(event) => take(picked(event.currentTarget, false))}
        />
        <input
          ref={folder}
          type="file"
          id="folder"
          // @ts-expect-error every browser has it, and no standard does
          webkitdirectory=""
          hidden
          onChange={(event) => take(picked(event.currentTarget, true))}
        />
      </div>
      <div class="lab">
        <button type="button" class="primary" disabled={busy} onClick={onLab}>
          Try the lab
        </button>
        <p>A small network with a bastion that Telnet and SSH are open on. No account needed.</p>
      </div>
    </main>
  );
}
