import { PageHead } from '../parts/basics';
import { words } from '../words';

const t = words({ en: { title: 'Devices' }, fr: { title: 'Devices' } });

export default function Devices() {
  return (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}
