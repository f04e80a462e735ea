import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Display' }, fr: { title: 'Display' } });

export default function Display() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
