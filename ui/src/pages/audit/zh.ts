export default {
  title: '审计', search: '查询审计记录', empty: '没有符合条件的记录。', number: '序号', at: '时间', account_id: '账号编号', operation: '操作', kind: '对象种类',
  object: '对象', detail: '其他', q: '关键词', from: '起（如 2026-11-01）', until: '止', unreadable: '（这一条记录已损坏）',
  verify: '核验完整性', verifyExplain: '审计记录逐条相连。核验可以发现任何一条被改动、删除、插入、调换或截断；附上保存在别处的校验点，还可以发现整体回退。',
  checkpoints: '保存在别处的校验点（可不填）', verifyNow: '开始核验', whole: '完整', broken: '不完整', counted: '共 {n} 条记录，{c} 个校验点。', firstBad: '第一处问题：第 {n} 条。',
  kinds: { account: '账号', assignment: '任务分配', delivery: '推送记录', delivery_settings: '推送设置', emergency: '紧急停止', file: '文件', import: '导入', mail_settings: '邮件设置', map: '地图', session: '登录会话', token: '程序令牌' },
  export: '导出', checkpoint: '下载校验点',
}
