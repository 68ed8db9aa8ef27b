import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Banners } from "./banners.tsx";
import { connection, status } from "./state/model.ts";
import { Text } from "./parts/text.tsx";
import { useReturnFocus } from "./parts/return-focus.ts";
import { linkTo, openId, type View, view, VIEWS } from "./route.ts";
import { Containers } from "./views/containers.tsx";
import { Details } from "./views/details.tsx";
import { Graph } from "./views/graph.tsx";
import { Health } from "./views/health.tsx";
import { Sizes } from "./views/sizes.tsx";
import { Store } from "./views/store.tsx";

const PAGES: Readonly<Record<View, ComponentType>> = {
  containers: Containers,
  sizes: Sizes,
  graph: Graph,
  health: Health,
  store: Store,
};

const WORDS = { connecting: "connecting", live: "live", gone: "not connected", refused: "refused" } as const;

export function App() {
  const Page = PAGES[view.value];
  const id = openId.value;
  const onFocusIn = useReturnFocus(id);
  useTitle();
  return (
    <div class="app">
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header class="top">
        <h1>Stowage</h1>
        <span class={`connection ${connection.value}`} role="status">
          {WORDS[connection.value]}
        </span>
        {status.value === undefined ? null : (
          <span class="where">
            <Text text={status.value.dir} />
            {status.value.canWrite ? <span class="tag write">may write</span> : null}
          </span>
        )}
        <nav aria-label="Views">
          <ul>
            {VIEWS.map(([name, title]) => (
              <li key={name}>
                <a href={linkTo(name)} aria-current={view.value === name ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <Banners />
      <main id="main" tabIndex={-1} class={id === undefined ? "" : "with-details"}>
        <div class="view" onFocusIn={onFocusIn}>
          <Page />
        </div>
        {id === undefined ? null : <Details key={id} id={id} />}
      </main>
    </div>
  );
}

/** What tells this tab, and this entry of the browser's history, from others. */
function useTitle(): void {
  const [, place = ""] = VIEWS.find(([name]) => name === view.value) ?? [];
  useEffect(() => {
    document.title = `${place} \u00b7 Stowage`;
  }, [place]);
}

/** The address behind `#` is that of a view. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
