export default {
  title: '总览', waiting: '待我办理', at: '数据时间 {time}', nothing: '您的角色没有需要汇总的内容。',
  first: { title: '从这里开始', explain: '台账中还没有网站。向导分四步：粘贴或上传网站清单，核对，签发授权书，开始检测。', go: '打开检测向导' },
  numbers: {
    title: '五个数', sites: '网站', units: '单位', left: '尚有问题的网站', overdue: '逾期未整改', median: '整改用时中位数',
    determined: '已判定 {n} 个', withSites: '有网站的 {n} 个', leftSites: '{n} 个网站', aged: '{n} 个问题超过 {days} 天', days: '天（发现至办结）',
  },
  target: {
    plain: '存在安全漏洞网站比例', title: '存在安全漏洞网站比例（目标：低于 {percent}%）',
    explain: '通知未限定漏洞级别，也未说明是否扣除已整改的，因此三种口径并列；这是本系统自己的理解。分母是已判定的网站，未能判定的另计，不进入任何比例。',
    kind: '单位类型', all: '全部', noKind: '未填类型', any: '任何级别', medium: '中危及以上', after: '整改后仍有', undetermined: '未能判定', never: '尚未检测', met: '已达到', missed: '未达到',
  },
  stage: { registered: '已登记', inspected: '已检测', found: '发现问题', confirmed: '已确认', fixing: '整改中', fixed: '已整改', closed: '已办结' },
  funnel: { title: '进展', stage: '环节', sites: '网站', findings: '问题', explain: '每个环节计入全部问题都已到达该环节的网站。' },
  trend: { title: '每周发现与办结', week: '周（周一）', found: '发现', closed: '办结' },
  units: {
    title: '各单位', look: '显示方式', tiles: '卡片', bars: '条形图', map: '地图', bring: '导入地图（GeoJSON）', takeAway: '移除地图', unit: '单位', sites: '网站', left: '尚有问题',
    clean: '未发现或已办结', unknown: '未判定', share: '比例', findings: '未办结问题', overdue: '逾期', tile: '{left} / {sites} 个网站', late: '逾期 {n}', some: '显示 {all} 个单位中的 {n} 个，问题多的在前。',
  },
  due: { title: '待整改，按期限排列', none: '没有到期待办。', due: '期限', severity: '级别', finding: '问题', site: '网站', unit: '单位', state: '状态' },
  work: {
    title: '待办', to_confirm: '待确认', to_verify: '待复核', to_decide: '排除申请待裁定', retests: '待复测', marked: '标明由本机关知悉的问题', windows: '委托检测有效期', noWindow: '目前没有生效的委托。',
    unit: '单位', begins: '开始', ends: '截止',
  },
  server: {
    title: '平台运行', accounts: '可用账号', waiting_accounts: '待批准账号', sessions: '登录会话', failed_deliveries: '近一天投递失败', audit_events: '审计记录', last_checkpoint: '最近校验点',
    users: '账号管理', delivery: '消息投递', audit: '审计查询与校验',
  },
}
