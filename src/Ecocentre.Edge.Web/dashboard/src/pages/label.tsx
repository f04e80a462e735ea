import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Label' }, fr: { title: 'Label' } });

export default function Label() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
