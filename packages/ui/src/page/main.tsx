import { render } from "preact";
import { App } from "./app.tsx";
import { start } from "./state/model.ts";
import "./page.css";

const root = document.getElementById("page");
if (root !== null) {
  start();
  render(<App />, root);
}
