import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Air' }, fr: { title: 'Air' } });

export default function Air() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
