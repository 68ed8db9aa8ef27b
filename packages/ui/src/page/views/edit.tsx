import { useRef, useState } from "preact/hooks";
import type { ChangeRequest, Details } from "../../protocol.ts";
import { change, messageOf } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Text } from "../parts/text.tsx";

/** What `--write` allows. Each change is refused when the container is not what is shown here any more. */
export function Edit({ details, onDeleted }: { readonly details: Details; readonly onDeleted: () => void }) {
  const { id, version, names } = details;
  const [isAsking, setIsAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  // What this page made of a version: its own change is no other one's, even before it is shown.
  const ownChanges = useRef(new Map<string, string>());
  const send = async (request: ChangeRequest): Promise<boolean> => {
    let { seen } = request;
    for (let next = ownChanges.current.get(seen); next !== undefined; next = ownChanges.current.get(seen))
      seen = next;
    try {
      const { version: made } = await change({ ...request, seen });
      if (made !== undefined && made !== seen) ownChanges.current.set(seen, made);
      setProblem(undefined);
      return true;
    } catch (error) {
      setProblem(messageOf(error));
      return false;
    }
  };
  const remove = async (): Promise<void> => {
    setIsAsking(false);
    if (await send({ op: "delete", id, seen: version })) onDeleted();
  };
  return (
    <section class="edit" aria-label="Change">
      <h3>Change</h3>
      {problem === undefined ? null : (
        <p class="problem" role="alert">
          <Text text={problem} />
        </p>
      )}
      <Names details={details} send={send} onDiscard={() => setProblem(undefined)} />
      <MetadataText details={details} send={send} onDiscard={() => setProblem(undefined)} />
      <button type="button" class="danger" onClick={() => setIsAsking(true)}>
        Delete the container …
      </button>
      {isAsking ? (
        <Dialog
          title="Delete this container?"
          action="Delete"
          onConfirm={() => void remove()}
          onClose={() => setIsAsking(false)}
        >
          <p>
            The record of <Text text={names[0] ?? id} /> goes, and all its big data. This cannot be undone.
          </p>
        </Dialog>
      ) : null}
    </section>
  );
}

interface FormProps {
  readonly details: Details;
  readonly send: (request: ChangeRequest) => Promise<boolean>;
  /** What was wrong with the text goes with it. */
  readonly onDiscard: () => void;
}

/**
 * A text under work: what others change meanwhile leaves it alone, and is met with the version that was shown when the
 * work began, so that nobody's change is overwritten unseen.
 */
function useDraft(current: string, version: string) {
  const [draft, setDraft] = useState<{ readonly text: string; readonly seen: string }>();
  return {
    text: draft?.text ?? current,
    seen: draft?.seen ?? version,
    isChanged: draft !== undefined && draft.text !== current,
    set: (text: string): void => setDraft((before) => ({ text, seen: before?.seen ?? version })),
    discard: (): void => setDraft(undefined),
  };
}

function Names({ details: { id, version, names }, send, onDiscard }: FormProps) {
  const draft = useDraft(names.join("\n"), version);
  // Each line would become a name of its own.
  if (names.some((name) => /[\r\n]/.test(name)))
    return <p>A name has a line break in it: names cannot be changed here.</p>;
  const wanted = draft.text.split("\n").filter((name) => name !== "");
  const save = (): Promise<boolean> => send({ op: "names", id, seen: draft.seen, names: wanted });
  const form = { draft, save, onDiscard };
  return <TextForm label="Names, one a line" rows={2} action="Rename" {...form} />;
}

function MetadataText({ details: { id, version, metadata, metadataCut }, send, onDiscard }: FormProps) {
  const draft = useDraft(metadata, version);
  if (metadataCut !== undefined) return <p>The metadata is too long to be changed here.</p>;
  // A browser makes every kind of line break the same one.
  if (metadata.includes("\r"))
    return <p>The metadata has carriage returns, which would be lost: it cannot be changed here.</p>;
  const save = (): Promise<boolean> => send({ op: "metadata", id, seen: draft.seen, metadata: draft.text });
  const form = { draft, save, onDiscard };
  return <TextForm label="Metadata" rows={4} action="Save the metadata" {...form} />;
}

interface TextFormProps {
  readonly label: string;
  readonly rows: number;
  readonly action: string;
  readonly draft: ReturnType<typeof useDraft>;
  /** Gives whether it was saved. */
  readonly save: () => Promise<boolean>;
  readonly onDiscard: () => void;
}

/** No button that has the focus is disabled or taken away with it: the keys would have to begin anew. */
function TextForm({ label, rows, action, draft, save, onDiscard }: TextFormProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (draft.isChanged && (await save())) draft.discard();
  };
  const discard = (): void => {
    draft.discard();
    onDiscard();
    box.current?.focus();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        {label}
        <textarea
          ref={box}
          rows={rows}
          value={draft.text}
          onInput={(event) => draft.set(event.currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" aria-disabled={!draft.isChanged}>
          {action}
        </button>
        {draft.isChanged ? (
          <button type="button" onClick={discard}>
            Discard
          </button>
        ) : null}
      </div>
    </form>
  );
}
