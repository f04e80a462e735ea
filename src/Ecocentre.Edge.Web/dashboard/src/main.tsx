import { render } from 'preact';
import './styles/base.css';
import './theme';
import { follow } from './live';
import { Shell } from './shell';

follow();
render(<Shell />, document.getElementById('app')!);
