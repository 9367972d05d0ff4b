import type { BatchCommit, StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

/** Fingerprints of the newest messages of each source, by which a redelivered one is known. */
export function fingerprintsOf(file: StateFile): Pick<StateStore, 'fingerprints'> & {
  readonly mark: (fingerprints: BatchCommit['fingerprints']) => void;
} {
  const setMarks = file.prepare('insert into fingerprint (source, upto, list) values (?, ?, ?)');
  const getMarks = file.prepare('select list from fingerprint where source = ? order by upto');
  const newestMark = file.prepare('select max(upto) as upto from fingerprint where source = ?');
  const dropMarks = file.prepare('delete from fingerprint where source = ? and upto <= ?');

  return {
    mark(fingerprints) {
      if (!fingerprints || fingerprints.list.length === 0) return;
      const { source, list } = fingerprints;
      const upto = (row<{ upto: number | null }>(newestMark, source)?.upto ?? 0) + list.length;
      setMarks.run(source, upto, JSON.stringify(list));
      // A row goes when those after it alone are as many as are kept.
      dropMarks.run(source, upto - file.bounds.fingerprints);
    },
    fingerprints: (source) =>
      file.read(() => {
        const batches = rows<{ list: string }>(getMarks, source);
        return new Set(batches.flatMap(({ list }) => JSON.parse(list) as string[]));
      }),
  };
}

/** What decoders must know of earlier messages. Bounded: what was written longest ago goes first. */
export function memoryOf(file: StateFile): Pick<StateStore, 'memory'> & {
  readonly keepMemory: (memory: BatchCommit['memory']) => void;
} {
  const getMemory = file.prepare('select value from memory where key = ?');
  const setMemory = file.prepare('insert or replace into memory values (?, ?, ?)');
  const memoryLength = file.prepare('select length(value) + length(key) as bytes from memory where key = ?');
  const oldestMemory = file.prepare(
    'select key, length(value) + length(key) as bytes from memory order by written limit 1',
  );
  const dropMemory = file.prepare('delete from memory where key = ?');

  return {
    keepMemory(memory) {
      if (memory.size === 0) return;
      let growth = 0;
      let written = file.advance('memory', memory.size) - memory.size;
      const lengthOf = (key: string) => row<{ bytes: number }>(memoryLength, key)?.bytes ?? 0;
      for (const [key, value] of memory) {
        growth -= lengthOf(key);
        setMemory.run(key, ++written, value);
        growth += lengthOf(key);
      }
      let bytes = file.advance('memory.bytes', growth);
      while (bytes > file.bounds.decoderMemoryBytes) {
        const oldest = row<{ key: string; bytes: number }>(oldestMemory);
        if (!oldest) break;
        dropMemory.run(oldest.key);
        bytes = file.advance('memory.bytes', -oldest.bytes);
        file.advance('memory.expired', 1);
      }
    },
    memory: (key) => file.read(() => row<{ value: Uint8Array }>(getMemory, key)?.value),
  };
}
