import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Energy' }, fr: { title: 'Energy' } });

export default function Energy() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
