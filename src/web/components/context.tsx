import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { View } from '../view.js';

/** Carries the page's view to every component under it, so that components say their own words. */
export const ViewContext = createContext<View | null>(null);

/** The view of the page being rendered. Throws outside of `page()`. */
export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error('A component was rendered outside page()');
  return view;
}
