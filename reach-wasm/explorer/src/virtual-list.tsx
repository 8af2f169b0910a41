import {
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
} from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

interface Props<Item> {
  items: Item[];
  label: string;
  /** Height of a row before it was measured, in pixels. */
  estimate: number;
  render: (item: Item, index: number) => ComponentChildren;
  /** The row to bring into view. */
  at?: number | undefined;
}

/** Shorter lists are laid out as they are. */
const FEW = 60;

/** A list of any length, of which only what can be seen is in the document. */
export function VirtualList<Item>(props: Props<Item>) {
  if (props.items.length <= FEW) {
    return (
      <ul class="list" aria-label={props.label}>
        {props.items.map((item, index) => (
          <li>{props.render(item, index)}</li>
        ))}
      </ul>
    );
  }
  return <Windowed {...props} />;
}

function Windowed<Item>({ items, label, estimate, render, at }: Props<Item>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, update] = useReducer((n: number) => n + 1, 0);
  const options = {
    count: items.length,
    estimateSize: () => estimate,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: 6,
    onChange: () => update(undefined as never),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLLIElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useEffect(() => {
    if (at !== undefined && at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);
  return (
    // A region that scrolls takes the focus, so that keys can scroll it.
    <div class="scroller" ref={scroller} tabIndex={0} role="region" aria-label={label}>
      <ul class="list" aria-label={label} style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={key}
                data-index={index}
                aria-setsize={items.length}
                aria-posinset={index + 1}
                ref={(element) => virtualizer.measureElement(element)}
                class="placed"
                style={{ transform: `translateY(${start}px)` }}
              >
                {render(item, index)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
