// Built-in customer-service sentences for evaluation, spoken after the held-out ones. The first of each language are ordinary; then what trips engines:
// digits, telephone numbers, amounts, dates and times, names, words of another language, one word, a very long sentence, a tongue twister.

/** What a sentence tries. */
export type SentenceKind = 'ordinary' | 'digits' | 'telephone' | 'amount' | 'date' | 'name' | 'mixed' | 'one word' | 'very long' | 'tongue twister';
type Sentence = { readonly id: string; readonly text: string; readonly kind: SentenceKind };

const numbered = (language: string, texts: readonly (readonly [SentenceKind, string])[]): readonly Sentence[] => texts.map(([kind, text], i) => ({ id: `${language}-${String(i + 1).padStart(2, '0')}`, kind, text }));
const ordinary = (texts: readonly string[]): [SentenceKind, string][] => texts.map((text) => ['ordinary', text]);

/** Sentences a service agent says, by language. Ordinary and difficult ones alternate, so that a few of them hold some of each. */
export const SERVICE_SENTENCES: Readonly<Record<string, readonly Sentence[]>> = {
  zh: numbered('zh', alternate(ordinary(['您好，欢迎致电客户服务中心，请问有什么可以帮您？', '请您稍等，我马上为您查询订单的物流信息。', '您的退款申请已经通过，预计三个工作日内到账。', '非常抱歉给您带来不便，我会尽快为您处理。', '请问您方便提供一下收货人的姓名和手机号码吗？', '感谢您的来电，祝您生活愉快，再见。', '这个套餐每个月包含三十个小时的通话时间。', '如果还有其他问题，欢迎随时与我们联系。']), [
    ['telephone', '请拨打我们的服务热线400-820-1234，转人工请按0。'], ['amount', '本月话费一共是1,286.50元，已经从您的账户扣除。'], ['date', '您的预约时间是2025年3月18日下午2点30分。'], ['digits', '您的验证码是604915，五分钟内有效。'],
    ['mixed', '作为VIP会员，您可以在App里使用Face ID登录，也可以用email找回密码。'], ['name', '请问是欧阳女士还是司马先生？我是客服专员张晓燕。'], ['one word', '好的。'], ['tongue twister', '四是四，十是十，十四是十四，四十是四十。'],
    ['very long', '为了更好地保护您的账户安全，我们需要先核对您的身份信息，包括您的姓名、证件号码的后四位以及最近一次消费的时间和金额，核对完成以后，我会为您重新提交退款申请，并且在二十四小时之内通过短信通知您处理结果，请您耐心等待，不要重复提交。'],
  ])),
  en: numbered('en', alternate(ordinary(['Good morning, and thank you for calling customer service. How may I help you?', 'Please hold for a moment while I look up your order.', 'Your refund has been approved and should arrive within three working days.', 'I am very sorry for the trouble, and I will see to it at once.', 'Could you please tell me the name on the account and the postal code?', 'Thank you for your patience. Is there anything else I can do for you today?', 'The package left our warehouse this morning and should reach you on Thursday.', 'You can change your plan at any time, and there is no fee for doing so.']), [
    ['telephone', 'You can also reach us at 1-800-555-0142, extension 36.'], ['amount', 'The total comes to $1,249.99, and a deposit of £75 has been returned.'], ['date', 'Your appointment is on March 18th, 2025, at 2:30 p.m.'], ['digits', 'Your confirmation number is 6 0 4 9 1 5 7.'],
    ['mixed', 'Tell the driver to turn at 南京路, and ask for Señora Núñez at the café.'], ['name', 'I will connect you with Siobhan Wojciechowski in the Worcestershire office.'], ['one word', 'Certainly.'], ['tongue twister', 'She sells seashells by the seashore, and the shells she sells are seashells, I am sure.'],
    ['very long', 'To keep your account safe, I need to confirm a few details with you first, namely your full name, the last four digits of your identity document, and the date and amount of your most recent purchase, and once that is done I will submit the refund again, send you a message with the result within twenty-four hours, and note on your file that you should not be asked for any of this a second time.'],
  ])),
  ja: numbered('ja', alternate(ordinary(['お電話ありがとうございます。カスタマーセンターでございます。', '少々お待ちください。ご注文の状況をお調べいたします。', '返金のお手続きは三営業日以内に完了する予定です。', 'ご不便をおかけして大変申し訳ございません。', 'お名前とご連絡先をお聞かせいただけますか。', 'ほかにご質問がございましたら、いつでもご連絡ください。']), [
    ['telephone', '電話番号は、0120-345-678でございます。'], ['amount', '合計金額は、税込みで12,860円になります。'], ['date', 'ご予約は2025年3月18日、午後2時30分です。'], ['digits', '確認番号は604915です。'],
    ['mixed', 'アプリのLoginページからE-mailアドレスを変更できます。'], ['name', '担当の長谷川と、東海林が対応いたします。'], ['one word', 'はい。'], ['tongue twister', '生麦生米生卵、隣の客はよく柿食う客だ。'],
    ['very long', 'お客様の口座を安全にお守りするため、はじめにお名前と、ご本人確認書類の下四桁、そして直近のご利用日とご利用金額を確認させていただき、確認が終わりましたら、あらためて返金の手続きを行い、二十四時間以内に結果をメールでお知らせいたします。'],
  ])),
  ko: numbered('ko', alternate(ordinary(['안녕하세요, 고객 센터입니다. 무엇을 도와드릴까요?', '잠시만 기다려 주시면 주문 내역을 확인해 드리겠습니다.', '환불 신청이 승인되어 사흘 안에 입금될 예정입니다.', '불편을 드려 대단히 죄송합니다.', '성함과 연락처를 말씀해 주시겠어요?', '다른 문의 사항이 있으시면 언제든지 연락해 주세요.']), [
    ['telephone', '저희 대표 번호는 1588-0142번입니다.'], ['amount', '총 결제 금액은 128,600원입니다.'], ['date', '예약 시간은 2025년 3월 18일 오후 2시 30분입니다.'], ['digits', '인증 번호는 604915번입니다.'],
    ['mixed', '앱의 My Page에서 email 주소를 변경하실 수 있습니다.'], ['name', '담당자 선우현과 제갈민지가 도와드리겠습니다.'], ['one word', '네.'], ['tongue twister', '간장 공장 공장장은 강 공장장이고, 된장 공장 공장장은 공 공장장이다.'],
    ['very long', '고객님의 계정을 안전하게 보호하기 위해 먼저 성함과 신분증 뒤 네 자리, 그리고 최근에 이용하신 날짜와 금액을 확인한 다음, 확인이 끝나는 대로 환불 신청을 다시 접수하고 스물네 시간 안에 문자로 결과를 알려 드리겠습니다.'],
  ])),
  yue: numbered('yue', alternate(ordinary(['你好，多謝致電客戶服務中心，請問有咩可以幫到你？', '麻煩你等一等，我即刻幫你查下訂單。', '你嘅退款申請已經批咗，三個工作天內會到帳。', '唔好意思，對你造成不便，我哋會盡快處理。', '請問可唔可以話我知你嘅姓名同電話號碼？', '如果仲有其他問題，歡迎隨時聯絡我哋。']), [
    ['telephone', '我哋嘅熱線係2823-0142，轉人工請按0字。'], ['amount', '今個月嘅費用一共係1,286.50蚊。'], ['date', '你嘅預約係2025年3月18號下晝兩點半。'], ['digits', '你嘅驗證碼係604915。'],
    ['mixed', '你可以喺App度用email改返個password。'], ['name', '我係客戶主任歐陽詠詩，請問係咪司徒先生？'], ['one word', '好呀。'], ['tongue twister', '入實驗室撳緊急掣，邊個撳緊急掣唔知。'],
    ['very long', '為咗保障你嘅戶口安全，我要先同你核對幾樣資料，包括你嘅姓名、身份證號碼最尾四個字，同埋最近一次消費嘅日期同金額，核對完之後我會幫你重新遞交退款申請，並且喺二十四小時之內用短訊通知你結果。'],
  ])),
};

/** One of each in turn, then what is left. */
function alternate<T>(first: readonly T[], second: readonly T[]): T[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [...first.slice(i, i + 1), ...second.slice(i, i + 1)]).flat();
}
