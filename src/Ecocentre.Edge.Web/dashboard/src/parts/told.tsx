import { tell } from '../told';

/** A text of the gateway for people, marked with the language it is in. */
export function Told(props: { text: string }) {
  const { text, lang } = tell(props.text);
  return <span lang={lang}>{text}</span>;
}
