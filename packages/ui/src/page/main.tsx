import { render } from "preact";
import { App } from "./app.tsx";
import { start } from "./state/model.ts";
// In this order: what comes later wins.
import "./style/base.css";
import "./style/frame.css";
import "./style/list.css";
import "./style/details.css";
import "./style/pictures.css";
import "./style/health.css";
import "./style/narrow.css";

const root = document.getElementById("page");
if (root !== null) {
  start();
  render(<App />, root);
}
