/** How people of one language write to a helpdesk. `{…}` is a slot that `freescout-text.ts` fills. */
export interface Language {
  readonly code: string
  /** How often it is drawn, against the others. */
  readonly weight: number
  readonly rtl?: boolean
  readonly first: readonly string[]
  readonly last: readonly string[]
  readonly greetings: readonly string[]
  readonly subjects: readonly string[]
  readonly sentences: readonly string[]
  readonly closings: readonly string[]
  /** Words that fill `{noun}`, `{adj}` and `{verb}`; the first ones come the most often. */
  readonly noun: readonly string[]
  readonly adj: readonly string[]
  readonly verb: readonly string[]
}

const list = (text: string): readonly string[] => text.trim().split(/\s*\|\s*/)
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const ENGLISH_NOUNS = words(`
  order invoice account password parcel delivery payment card refund address email printer licence update password-reset subscription
  contract warranty receipt discount voucher website browser phone tablet laptop router cable charger battery screen keyboard camera
  manual report spreadsheet calendar backup server database certificate domain mailbox attachment signature folder filter message ticket
  answer question deadline appointment technician engineer manager colleague customer supplier warehouse courier driver neighbour office
  branch department meeting agenda training course seminar booking reservation hotel flight train luggage passport visa insurance policy
  claim form document scan photograph drawing sample prototype component adapter valve pump filter-set gasket bearing motor sensor switch
  controller firmware bootloader log-file timestamp checksum protocol port firewall gateway proxy tunnel token session cookie cache index
  query table column row record field value limit quota budget forecast quarter audit tax rebate currency exchange balance statement
  transfer deposit instalment reminder penalty dispute complaint apology explanation workaround solution improvement suggestion request
  feature release roadmap milestone branch-office workshop bracket hinge drawer shelf cabinet wardrobe mattress pillow curtain carpet lamp
  socket fuse thermostat boiler radiator kettle oven dishwasher fridge freezer vacuum bicycle helmet saddle pedal chain brake tyre pump-head
  trailer roof-rack tent rucksack compass binoculars telescope microscope thermometer scale beaker pipette reagent solvent adhesive varnish`)
const ENGLISH_ADJECTIVES = words(`
  new old wrong last next first second missing broken damaged incomplete duplicate urgent important small large same different original
  blue black white red heavy light slow fast quiet loud strange usual unusual recent previous corrected updated cancelled pending overdue
  unopened unreadable faulty reliable expensive cheap local foreign official temporary permanent automatic manual wireless digital annual
  monthly weekly daily empty full blocked expired renewed confirmed rejected signed unsigned encrypted public private internal external`)
const ENGLISH_VERBS = words(`
  received ordered returned opened checked installed updated cancelled changed lost found sent forwarded paid replaced tested restarted
  printed scanned signed uploaded downloaded removed deleted restored moved renamed copied shared blocked unlocked activated registered
  booked confirmed rejected corrected compared measured repaired cleaned mounted connected disconnected configured exported imported`)

/** The languages of the customers, the most common first. */
export const languages: readonly Language[] = [
  {
    code: 'en',
    weight: 42,
    first: words(
      'Emma Oliver Amelia Noah Isla Jack Grace Harry Freya Leo Sophie Tom Alice Ben Zoë Siân Ruth Owen Nora Max Ivy Hugh',
    ),
    last: words(
      "Smith Jones Taylor Brown O'Neill Walker Green Hughes Evans Clarke D'Arcy Patel Khan Fraser Wood Price Lloyd Marsh Boyle",
    ),
    greetings: list(
      `Hi there, | Hello, | Dear support team, | Good morning, | Hi {agent}, | Hello again, | To whom it may concern,`,
    ),
    subjects:
      list(`Where is my order {order}? | The {noun} is {adj} | Refund for invoice {invoice} | Can't log in since {date} |
      {noun}: {adj} {noun} after version {version} | Re: {noun} and {noun} | Question about the {adj} {noun} | URGENT: {noun} {order} |
      Change of address | Please cancel "{noun}" {order} | Thank you 🙏 | Error {hex} when I open the {noun}`),
    sentences:
      list(`I {verb} the {adj} {noun} on {date}, but the {noun} is still {adj}. | We have {verb} your {noun} and {verb} the {noun} twice. |
      Could you tell me why the {noun} was {verb} before the {noun}? | My order number is {order}, and the invoice is {invoice}. |
      The {noun} shows "{adj} {noun}" and then error {hex}. | It worked until version {version}; now the {noun} is {adj} and the {noun} is not. |
      Since {date} nobody has {verb} the {noun}, although the {noun} was {verb} at {time}. | The amount of {amount} was taken twice from my {noun}. |
      Our {noun} needs the {adj} {noun} before the {noun} is {verb}. | I've {verb} it, {verb} the {noun}, and even {verb} the {adj} {noun}: no luck. |
      Please see the attached {noun} (page {number}) and the {adj} {noun}. | If the {noun} can't be {verb}, I'd like a refund of {amount} 💶. |
      The tracking page says "{adj}", the {noun} says "{adj}", and the {noun} isn't here. | That's the {number}th {noun} this {noun}! 😡 |
      By the way, the {noun} on your {noun} still mentions the {adj} {noun} from {date}. | Your {noun} was {verb} by our {noun}, not by the {noun}. |
      As I said on the phone at {time}, the {adj} {noun} has to be {verb} together with the {noun} and a {adj} {noun}. |
      {noun} {hex}: {verb} {number} of {number}, {adj} {noun} in {file} 🤔`),
    closings: list(
      `Kind regards, | Best wishes, | Thanks a lot! 👍 | Many thanks, | Cheers, | Looking forward to your answer,`,
    ),
    noun: ENGLISH_NOUNS,
    adj: ENGLISH_ADJECTIVES,
    verb: ENGLISH_VERBS,
  },
  {
    code: 'de',
    weight: 20,
    first: words(
      'Jürgen Anneliese Björn Käthe Sören Ursula Günther Heike Lukas Mia Jörg Bärbel Matthias Antje Rüdiger Lena Fritz',
    ),
    last: words(
      'Müller Schröder Weiß Köhler Grünwald Bäcker Hoffmann Schäfer Großmann Jäger Öztürk Krüger Strauß Vogel Lück Däubler',
    ),
    greetings: list(
      `Sehr geehrte Damen und Herren, | Hallo zusammen, | Guten Tag, | Liebes Support-Team, | Hallo {agent}, | Grüß Gott,`,
    ),
    subjects:
      list(`Wo bleibt meine Bestellung {order}? | Rückerstattung zur Rechnung {invoice} | {noun} ist {adj} | Frage zu: {noun} ({adj}) |
      Kündigung zum {date} | AW: {noun} und {noun} | Störung seit {date}: {noun} | Passwort vergessen – Zugang gesperrt`),
    sentences:
      list(`Ich habe am {date} die {noun} {verb}, aber die {noun} ist noch immer {adj}. | Die {noun} wurde um {time} Uhr {verb}, die {noun} jedoch nicht. |
      Könnten Sie bitte prüfen, warum die {noun} {verb} wurde? | Meine Bestellnummer lautet {order}, die Rechnung {invoice} über {amount}. |
      Seit Version {version} ist die {noun} {adj}; vorher wurde sie problemlos {verb}. | Leider ist die {adj}e {noun} völlig {adj}. |
      Außerdem müsste die {noun} für die {noun} noch {verb} werden. | Der Fehler {hex} erscheint, sobald die {noun} {verb} wird. |
      Wir wären Ihnen für eine schnelle Lösung sehr dankbar, da die {adj}e {noun} dringend benötigt wird. | Überweisen Sie bitte {amount} zurück. |
      Die Übersicht zeigt »{adj}«, tatsächlich wurde die {noun} aber schon {verb}. | Größe und Länge stimmen nicht: {number} statt {number} Stück.`),
    closings: list(
      `Mit freundlichen Grüßen | Viele Grüße | Herzliche Grüße aus Köln | Besten Dank im Voraus | Schöne Grüße`,
    ),
    noun: words(`Bestellung Rechnung Lieferung Zahlung Gutschrift Adresse Kündigung Überweisung Störung Prüfung Verlängerung Gebühr Mahnung
      Bestätigung Anschlussbuchse Wärmepumpe Tür Küchenmaschine Kaffeemühle Glühlampe Bohrmaschine Schlüsselübergabe Zugangskarte
      Mehrwertsteuer Stückliste Rückgabe Größentabelle Garantieverlängerung Lieferverzögerung Kontoübersicht Schutzhülle Fernbedienung
      Betriebsanleitung Seriennummer Sicherungskopie Datenübertragung Berechtigung Anmeldung Umsatzsteuererklärung Gewährleistung Spülmaschine
      Geschäftsstelle Zählernummer Aufhängung Rücksendung Abstellgenehmigung Postleitzahl Dübelgröße Kupplung Förderschnecke Lüftung Höhe`),
    adj: words(`falsch defekt unvollständig verspätet beschädigt dringend fehlend ungültig gesperrt doppelt überfällig verfügbar unlösbar groß grün
      gewöhnlich schön gültig öffentlich nötig möglich üblich kürzlich vollständig ähnlich`),
    verb: words(`bestellt bezahlt geöffnet geprüft zurückgeschickt gelöscht übermittelt geändert überwiesen storniert erhöht bestätigt verschickt
      gekündigt geliefert abgelehnt eingerichtet überschrieben ausgefüllt angehängt`),
  },
  {
    code: 'fr',
    weight: 8,
    first: words('Élodie François Chloé Théo Agnès Jérôme Inès Loïc Anaïs Hervé Noël Gaëlle'),
    last: words("Lefèvre Dubois Garçon Bénard L'Hôpital Moreau Hérault Château Guérin Noël d'Aubigné"),
    greetings: list(`Bonjour, | Madame, Monsieur, | Bonjour {agent}, | Chère équipe,`),
    subjects: list(
      `Où est ma commande {order} ? | Problème de {noun} | Remboursement de la facture {invoice} | RE : {noun} {adj}`,
    ),
    sentences:
      list(`J’ai {verb} la {noun} le {date}, mais la {noun} est {adj}. | La {noun} n'a pas été {verb}e avant {time}. | Le montant de {amount} a été débité deux fois. |
      Pourriez-vous vérifier pourquoi la {noun} est restée {adj} ? | L'erreur {hex} s'affiche dès que la {noun} est {verb}e. | Ma référence : {order}, dossier {invoice}. |
      À la réception, la {noun} était {adj} et la {noun} déjà {verb}e. | C’est la {number}e fois que ça arrive, à l'évidence ! | Voici, ci-joint, la {noun} {adj} ({file}).`),
    closings: list(`Cordialement, | Bien à vous, | Merci d’avance ! | Sincères salutations,`),
    noun: words(`commande facture livraison adresse réclamation carte étiquette boîte clé pièce théière fenêtre étagère échéance remise
      déclaration connexion sauvegarde référence garantie poignée chaîne bicyclette échelle lumière forêt`),
    adj: words(
      'défectueuse incomplète abîmée erronée égarée bloquée périmée cassée vide légère inutilisable retardée étrange différente',
    ),
    verb: words(
      'commandé payé renvoyé vérifié installé modifié annulé reçu égaré réparé expédié déballé essayé téléchargé',
    ),
  },
  {
    code: 'ru',
    weight: 9,
    first: words('Анна Дмитрий Ольга Сергей Екатерина Юрий Наталья Фёдор Мария Игорь Светлана Артём'),
    last: words('Иванова Петров Кузнецова Щербаков Воробьёва Соколов Жукова Цветков Эйдельман Ёлкина'),
    greetings: list(`Здравствуйте! | Добрый день, | Уважаемая служба поддержки, | Здравствуйте, {agent}!`),
    subjects: list(
      `Где мой заказ {order}? | Не приходит {noun} | Возврат по счёту {invoice} | {noun}: {adj} | Не могу войти с {date}`,
    ),
    sentences:
      list(`Я оформил заказ {order} ещё {date}, но {noun} до сих пор {adj}. | После обновления до версии {version} {noun} не {verb}. | Сумма {amount} списана дважды, а {noun} {adj}. |
      Подскажите, пожалуйста, почему {noun} {verb} так медленно? | При открытии появляется ошибка {hex}, и {noun} больше не {verb}. | Во вложении {noun} и {noun}, файл {file}. |
      Курьер приезжал в {time}, однако {noun} оказался {adj}. | Прошу прислать {noun} на новый адрес: д. {number}, кв. {number}. | Раньше {noun} {verb} без проблем 🙂.`),
    closings: list(`С уважением, | Заранее спасибо! | Всего доброго, | Жду ответа,`),
    noun: words(`товар заказ счёт пароль договор чек принтер кабель подъезд документ возврат платёж срок склад адрес аккаунт сервер журнал
      ответ файл экран блок насос фильтр датчик ключ список отчёт объём щит`),
    adj: words(
      'неисправен повреждён заблокирован пуст неоплачен потерян просрочен отменён недоступен готов разбит неверен утерян',
    ),
    verb: words(
      'работает открывается загружается печатается обновляется отправляется включается сохраняется приходит отображается',
    ),
  },
  {
    code: 'el',
    weight: 4,
    first: words('Γιώργος Ελένη Κώστας Μαρία Δημήτρης Αικατερίνη Νίκος Σοφία'),
    last: words('Παπαδόπουλος Γεωργίου Νικολαΐδης Οικονόμου Αγγελοπούλου Βασιλείου'),
    greetings: list(`Καλημέρα σας, | Αγαπητή ομάδα υποστήριξης, | Γεια σας {agent},`),
    subjects: list(`Πού είναι η παραγγελία {order}; | Επιστροφή χρημάτων {invoice} | Πρόβλημα: {noun} {adj}`),
    sentences:
      list(`Η παραγγελία {order} έπρεπε να φτάσει στις {date}, αλλά η {noun} είναι {adj}. | Το ποσό {amount} χρεώθηκε δύο φορές. | Μετά την έκδοση {version} η {noun} {verb}. |
      Μπορείτε να ελέγξετε γιατί η {noun} {verb}; | Εμφανίζεται το σφάλμα {hex} και η {noun} παραμένει {adj}. | Σας στέλνω συνημμένα την {noun} και την {noun}.`),
    closings: list(`Με εκτίμηση, | Ευχαριστώ πολύ! | Φιλικά,`),
    noun: words(
      'παραγγελία απόδειξη διεύθυνση κάρτα πληρωμή συσκευή οθόνη σύνδεση εγγύηση μπαταρία αποστολή ειδοποίηση εγκατάσταση αντλία',
    ),
    adj: words('ελαττωματική λανθασμένη ελλιπής κλειδωμένη άδεια σπασμένη καθυστερημένη άκυρη'),
    verb: words('ακυρώθηκε χάθηκε διαγράφηκε επιστράφηκε καθυστέρησε κλείδωσε άλλαξε'),
  },
  {
    code: 'ar',
    weight: 4,
    rtl: true,
    first: words('محمد فاطمة أحمد ليلى يوسف نور خالد سارة'),
    last: words('الحسن العلي منصور الخطيب حدّاد النجّار'),
    greetings: list(`السلام عليكم، | مرحباً، | السادة فريق الدعم، | مرحباً {agent}،`),
    subjects: list(`أين طلبي رقم {order}؟ | استرداد الفاتورة {invoice} | مشكلة في {noun}`),
    sentences:
      list(`طلبت {noun} بتاريخ {date} لكنّ {noun} {adj} حتى الآن. | تم خصم مبلغ {amount} مرتين من حسابي. | بعد التحديث إلى الإصدار {version} أصبح {noun} {adj}. |
      هل يمكنكم التحقق من {noun} رقم {order}؟ | يظهر الخطأ {hex} عند فتح {noun}. | أرجو إرسال {noun} إلى العنوان الجديد قبل الساعة {time}. | مرفق {noun} و{noun}.`),
    closings: list(`مع أطيب التحيات، | شكراً جزيلاً، | وتفضلوا بقبول الاحترام،`),
    noun: words(
      'الطلب الحساب الجهاز الدفع العنوان الإيصال العقد المنتج الشاحن الملف الموعد الضمان الرمز التطبيق الخادم',
    ),
    adj: words('متأخر معطّل ناقص مكسور مرفوض غير‌متاح مفقود مغلق قديم'),
    verb: words('وصل تأخّر تعطّل أُلغي'),
  },
  {
    code: 'he',
    weight: 3,
    rtl: true,
    first: words('נועה יוסי מיכל דוד תמר איתן שירה אורי'),
    last: words('כהן לוי מזרחי פרידמן ביטון אברהם'),
    greetings: list(`שלום רב, | היי {agent}, | לצוות התמיכה,`),
    subjects: list(`איפה ההזמנה {order}? | החזר כספי עבור חשבונית {invoice} | בעיה עם {noun}`),
    sentences:
      list(`הזמנתי את {noun} בתאריך {date}, אבל {noun} עדיין {adj}. | חויבתי פעמיים בסך {amount}. | מאז גרסה {version} {noun} {adj} ולא עובד. |
      האם תוכלו לבדוק מדוע {noun} {adj}? | מופיעה שגיאה {hex} כשפותחים את {noun}. | מצורף {noun}, וגם {noun} מהשעה {time}.`),
    closings: list(`בברכה, | תודה רבה! | בתודה מראש,`),
    noun: words('המוצר החשבון המסמך התשלום המטען המסך המשלוח הקובץ האישור השרת היומן'),
    adj: words('פגום חסר שבור נעול באיחור ריק שגוי'),
    verb: words('נשלח בוטל נמחק'),
  },
  {
    code: 'zh',
    weight: 5,
    first: words('伟 芳 娜 敏 静 强 磊 洋 艳 杰'),
    last: words('王 李 张 刘 陈 杨 赵 黄 周 吴'),
    greetings: list(`您好： | 客服您好， | {agent}，您好！`),
    subjects: list(`订单{order}什么时候发货？ | 发票{invoice}退款 | {noun}{adj} | 无法登录（{date}起）`),
    sentences:
      list(`我在{date}订购的{noun}到现在还是{adj}的。 | {amount}被扣了两次，请尽快退款。 | 升级到{version}版本以后，{noun}就{adj}了。 | 请问{noun}为什么{verb}？ |
      打开{noun}时提示错误{hex}。 | 附件是{noun}和{noun}，请查收{file}。 | 快递员{time}来过，但是{noun}{adj}。 | 麻烦把{noun}寄到新地址，谢谢！ | 包装里缺少{number}个{noun}，{noun}也{verb}了。`),
    closings: list(`谢谢！ | 此致敬礼 | 祝工作顺利，`),
    noun: words(
      '订单 发票 包裹 充电器 键盘 账户 密码 合同 地址 保修卡 屏幕 水泵 说明书 电池 服务器 数据库 附件 优惠券 退货单 开关 传感器 收据',
    ),
    adj: words('损坏 丢失 错误 空白 过期 锁定 延迟 不完整 无法使用'),
    verb: words('取消 退回 延误 变更 删除 拒收'),
  },
  {
    code: 'ja',
    weight: 5,
    first: words('太郎 花子 健一 美咲 翔太 陽子 直樹 さくら'),
    last: words('佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 髙橋'),
    greetings: list(`お世話になっております。 | サポートご担当者様 | {agent}様`),
    subjects: list(
      `注文{order}の配送状況について | 請求書{invoice}の件 | {noun}が{adj}です | ログインできません（{date}以降）`,
    ),
    sentences:
      list(`{date}に注文した{noun}がまだ{adj}のようです。 | {amount}が二重に請求されています。 | バージョン{version}に更新してから、{noun}が{verb}。 |
      {noun}を開くとエラー{hex}が表示されます。 | {noun}と{noun}を添付しましたので、ご確認をお願いいたします。 | {time}ごろに届いた{noun}は{adj}でした。 |
      お手数ですが、{noun}の交換をお願いできますでしょうか。 | 部品が{number}個足りず、{noun}も{verb}。`),
    closings: list(`よろしくお願いいたします。 | 何卒よろしくお願い申し上げます。 | ありがとうございます😊`),
    noun: words(
      '注文 請求書 商品 荷物 アカウント パスワード 契約書 住所 保証書 プリンター ケーブル 画面 バッテリー サーバー ログ 領収書 取扱説明書 部品',
    ),
    adj: words('破損 未着 不明 不足 期限切れ 遅延 空 ロック中'),
    verb: words('動きません 届きません 見つかりません 印刷できません 保存されません'),
  },
]
