// Files as browsers hand them over.
import type { Source } from "./messages";

/** The files of an input; a folder's carry the way to them in their names. */
export function picked(input: HTMLInputElement, met: boolean): Source[] {
  const sources = [...(input.files ?? [])].map((file) => ({
    name: file.webkitRelativePath || file.name,
    content: file,
    met,
  }));
  // The same files may be picked once more.
  input.value = "";
  return sources;
}

/** Everything that was dropped, folders with all that is below them. */
export async function dropped(transfer: DataTransfer): Promise<Source[]> {
  // The list is emptied as soon as the event is over: entries are taken before anything is awaited.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) {
    return [...transfer.files].map((file) => ({ name: file.name, content: file, met: false }));
  }
  const sources: Source[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  const take = async (entry: FileSystemEntry, met: boolean) => {
    if (entry.isDirectory) return void folders.push(entry as FileSystemDirectoryEntry);
    const content = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    sources.push({ name: entry.fullPath.replace(/^\//, ""), content, met });
  };
  for (const entry of entries) await take(entry, false);
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const entry of await members(folder)) await take(entry, true);
  }
  return sources;
}

/** A browser gives the members of a folder a hundred at a time. */
async function members(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
