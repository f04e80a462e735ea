import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Now' }, fr: { title: 'Now' } });

export default function Now() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
