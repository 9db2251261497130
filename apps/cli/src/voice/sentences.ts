// Built-in customer-service sentences for evaluation, spoken after the held-out ones.

type Sentence = { readonly id: string; readonly text: string };

const numbered = (language: string, texts: readonly string[]): readonly Sentence[] => texts.map((text, i) => ({ id: `${language}-${String(i + 1).padStart(2, '0')}`, text }));

/** A few ordinary sentences a service agent says, by language. */
export const SERVICE_SENTENCES: Readonly<Record<string, readonly Sentence[]>> = {
  zh: numbered('zh', ['您好，欢迎致电客户服务中心，请问有什么可以帮您？', '请您稍等，我马上为您查询订单的物流信息。', '您的退款申请已经通过，预计三个工作日内到账。', '非常抱歉给您带来不便，我会尽快为您处理。', '请问您方便提供一下收货人的姓名和手机号码吗？', '感谢您的来电，祝您生活愉快，再见。', '这个套餐每个月包含三十个小时的通话时间。', '如果还有其他问题，欢迎随时与我们联系。']),
  en: numbered('en', ['Good morning, and thank you for calling customer service. How may I help you?', 'Please hold for a moment while I look up your order.', 'Your refund has been approved and should arrive within three working days.', 'I am very sorry for the trouble, and I will see to it at once.', 'Could you please tell me the name on the account and the postal code?', 'Thank you for your patience. Is there anything else I can do for you today?', 'The package left our warehouse this morning and should reach you on Thursday.', 'You can change your plan at any time, and there is no fee for doing so.']),
  ja: numbered('ja', ['お電話ありがとうございます。カスタマーセンターでございます。', '少々お待ちください。ご注文の状況をお調べいたします。', '返金のお手続きは三営業日以内に完了する予定です。', 'ご不便をおかけして大変申し訳ございません。', 'お名前とご連絡先をお聞かせいただけますか。', 'ほかにご質問がございましたら、いつでもご連絡ください。']),
  ko: numbered('ko', ['안녕하세요, 고객 센터입니다. 무엇을 도와드릴까요?', '잠시만 기다려 주시면 주문 내역을 확인해 드리겠습니다.', '환불 신청이 승인되어 사흘 안에 입금될 예정입니다.', '불편을 드려 대단히 죄송합니다.', '성함과 연락처를 말씀해 주시겠어요?', '다른 문의 사항이 있으시면 언제든지 연락해 주세요.']),
  yue: numbered('yue', ['你好，多謝致電客戶服務中心，請問有咩可以幫到你？', '麻煩你等一等，我即刻幫你查下訂單。', '你嘅退款申請已經批咗，三個工作天內會到帳。', '唔好意思，對你造成不便，我哋會盡快處理。', '請問可唔可以話我知你嘅姓名同電話號碼？', '如果仲有其他問題，歡迎隨時聯絡我哋。']),
};
