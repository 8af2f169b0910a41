import { Graph, layout } from "@dagrejs/dagre";
import type { Verdict } from "reach-wasm";
import { useMemo } from "preact/hooks";

import type { Step } from "./hops";
import { kindWords, nameOf } from "./text";

interface Box {
  title: string;
  name: string;
  rule: string;
  className: string;
}

const HEIGHT = 62;
/** Boxes beside each other, and boxes below each other where there is no room for that. */
const BESIDE = 160;
const BELOW = 264;
/** What a letter takes at the most, in bold and else. */
const BOLD = 8.6;
const PLAIN = 6.9;
const GAP = 26;

/** Cuts what does not fit into a box; the whole of it stands in the text below. */
const fit = (text: string, width: number, letter: number) => {
  const most = Math.floor((width - 24) / letter);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};

/** How much room a way takes whose elements stand beside each other. */
export const room = (steps: Step[]) => (steps.length + 2) * (BESIDE + GAP);

interface Props {
  steps: Step[];
  from: string;
  to: string;
  verdict: Verdict;
  /** Down instead of to the right. */
  down: boolean;
}

export function Drawing(props: Props) {
  const drawn = useMemo(() => draw(props), [props.steps, props.from, props.to, props.down]);
  return (
    <div class="drawing" tabIndex={0} role="group" aria-label="The way as a drawing">
      <svg
        width={drawn.width}
        height={drawn.height}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        role="img"
        aria-label={drawn.boxes.map(({ box }) => `${box.title} ${box.name}`.trim()).join(", then ")}
      >
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8Z" />
          </marker>
        </defs>
        {drawn.lines.map(({ points, blocked }) => (
          <polyline
            class={blocked ? "line blocked" : "line"}
            points={points.map(({ x, y }) => `${x},${y}`).join(" ")}
            marker-end="url(#tip)"
          />
        ))}
        {drawn.boxes.map(({ x, y, box }) => (
          <g class={`box ${box.className}`} transform={`translate(${x - drawn.box / 2} ${y - HEIGHT / 2})`}>
            <rect width={drawn.box} height={HEIGHT} rx="8" />
            <text x="12" y="18" class="kind">
              {fit(box.title, drawn.box, PLAIN)}
            </text>
            <text x="12" y="35" class="name">
              {fit(box.name, drawn.box, BOLD)}
            </text>
            <text x="12" y="51" class="rule">
              {fit(box.rule, drawn.box, PLAIN)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function draw({ steps, from, to, verdict, down }: Props) {
  const stopped = steps.findIndex((step) => step.stop?.word === "Stopped");
  const boxes: Box[] = [
    { title: "from", name: from, rule: "", className: "end" },
    ...steps.map((step, index) => ({
      title: kindWords(step.component.kind),
      name: nameOf(step.component),
      rule: step.stop ? step.stop.code : step.short,
      className: step.stop ? step.stop.kind : stopped >= 0 && index > stopped ? "beyond" : "",
    })),
    {
      title: "to",
      name: to,
      rule: "",
      className: verdict === "not_reachable" ? "end beyond" : "end",
    },
  ];
  const box = down ? BELOW : BESIDE;
  const graph = new Graph();
  graph.setGraph({
    rankdir: down ? "TB" : "LR",
    ranksep: GAP,
    nodesep: 24,
    marginx: 4,
    marginy: 4,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach((_, index) => {
    graph.setNode(String(index), { width: box, height: HEIGHT });
    if (index > 0) graph.setEdge(String(index - 1), String(index));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    box,
    boxes: boxes.map((told, index) => {
      const { x, y } = graph.node(String(index)) as { x: number; y: number };
      return { x, y, box: told };
    }),
    lines: graph.edges().map((edge) => ({
      points: (graph.edge(edge) as { points: { x: number; y: number }[] }).points,
      blocked: stopped >= 0 && Number(edge.v) > stopped,
    })),
  };
}
