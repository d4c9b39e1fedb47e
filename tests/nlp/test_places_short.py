"""Places named as people name them, without a word that says of what: "lên Bạch Mai"; and what only looks so."""

from datetime import UTC, datetime

import pytest

from langnghe.documents import AnnotationRequest
from nlp.places import find_places

BEFORE, SINCE = datetime(2025, 3, 30, 5, tzinfo=UTC), datetime(2025, 12, 1, 5, tzinfo=UTC)


def names(text, published=BEFORE, **more):
    return [mention.name for mention in find_places(AnnotationRequest(text=text, published=published, kind="comment", **more)).provinces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mẹ tôi nằm Chợ Rẫy hơn tuần rồi", ["Hồ Chí Minh"]),
        ("lên Chợ Rẫy tái khám phải lấy số từ khuya", ["Hồ Chí Minh"]),
        ("me em vo cho ray mo soi than the tra bao nhieu", ["Hồ Chí Minh"]),
        ("khám ở Bạch Mai không cần giấy chuyển nữa", ["Hà Nội"]),
        ("Bố em điều trị Bạch Mai từ Tết", ["Hà Nội"]),
        ("cho con nằm Nhi Trung ương", ["Hà Nội"]),
        ("Mổ ở Việt Đức hết bao nhiêu thì thẻ chi", ["Hà Nội"]),
        ("xạ trị bên K Tân Triều ba tuần", ["Hà Nội"]),
        ("Viện K hết thuốc phải mua ngoài", ["Hà Nội"]),
        ("tái khám viện E lấy số trên app được không", ["Hà Nội"]),
        ("ra 108 mổ khớp có được hưởng không", ["Hà Nội"]),
        ("ông nội nằm 108, thẻ quân đội", ["Hà Nội"]),
        ("lên 115 cấp cứu mà quầy đòi tạm ứng", ["Hồ Chí Minh"]),
        ("khám 175 có đúng tuyến không", ["Hồ Chí Minh"]),
        ("vợ em sanh ở Từ Dũ", ["Hồ Chí Minh"]),
        ("cháu nằm Nhi đồng 1 từ thứ hai", ["Hồ Chí Minh"]),
        ("Nhi Đồng 2 đông nghẹt, chờ thuốc ba tiếng", ["Hồ Chí Minh"]),
        ("mổ sỏi ở Bình Dân, thẻ quận chi đủ", ["Hồ Chí Minh"]),
        ("Đi Nguyễn Tri Phương khám bảo hiểm mất cả buổi", ["Hồ Chí Minh"]),
        ("đẻ ở Hùng Vương được trả bao nhiêu", ["Hồ Chí Minh"]),
        ("khám Xanh Pôn xong mới biết thẻ hết hạn", ["Hà Nội"]),
        ("hóa trị ở Ung Bướu cơ sở 2 xa quá", ["Hồ Chí Minh"]),
        ("Mắt Trung ương hẹn mổ tháng sau", ["Hà Nội"]),
        ("bố tôi khám bên Việt Tiệp, thẻ huyện", ["Hải Phòng"]),
        ("viện 103 hết giường dịch vụ", ["Hà Nội"]),
        ("BV 175 trả hồ sơ chậm", ["Hồ Chí Minh"]),
        ("phòng khám ở Q.Bình Tân khóa cửa", ["Hồ Chí Minh"]),
        ("BHXH Q.Gò Vấp gọi lên bổ sung", ["Hồ Chí Minh"]),
        ("nhà ở H.Củ Chi", ["Hồ Chí Minh"]),
        ("công ty em ở TP.Dĩ An nợ bảo hiểm", ["Bình Dương"]),
        ("trọ TX.Tân Uyên", ["Bình Dương"]),
        ("BHXH TP. Vinh trả chậm", ["Nghệ An"]),
        ("ngân hàng Ninh Kiều bảo chưa nhận lệnh chuyển", ["Cần Thơ"]),
        ("rút lương hưu ở ATM Long Xuyên", ["An Giang"]),
        ("Agribank Cẩm Xuyên báo sai số tài khoản", ["Hà Tĩnh"]),
        ("Hải Châu nhập mấy phường rồi hồ sơ ở đâu", ["Đà Nẵng"]),
        ("em ngay Khâm Thiên", ["Hà Nội"]),
        ("shop ở Hàng Bông tuyển người", ["Hà Nội"]),
        ("trọ gần ĐHCT", ["Cần Thơ"]),
        ("phòng ở ngay HUTECH", ["Hồ Chí Minh"]),
        ("mất xe gần cầu Rồng", ["Đà Nẵng"]),
        ("dừa xiêm Bến Tre bao nhiêu một chục", ["Bến Tre"]),
        ("dua xiem ben tre gio may tram", ["Bến Tre"]),
        ("trạm Tân Thạnh Đông không có thuốc huyết áp", ["Hồ Chí Minh"]),
        ("trạm y tế Tân Thạnh Đông hẹn tuần sau", ["Hồ Chí Minh"]),
        ("cụ bà ở Đông Ngạc đi bộ ra trạm", ["Hà Nội"]),
        ("bac si Sai Gon ve tan Tra Cu kham", ["Trà Vinh"]),
        ("công nhân ở Amata ba tháng chưa có lương", ["Đồng Nai"]),
        ("làm trong Tân Thuận mười năm, công ty chưa chốt sổ", ["Hồ Chí Minh"]),
        ("cty ở Hòa Khánh tuyển thợ hàn", ["Đà Nẵng"]),
        ("xưởng ở Đình Trám nợ bảo hiểm ba tháng", ["Bắc Giang"]),
        ("công nhân Sóng Thần tăng ca", ["Bình Dương"]),
        ("o tro Binh Tan chin nam roi", ["Hồ Chí Minh"]),
        ("nop ho so o Tan Phu chua thay tien", ["Hồ Chí Minh"]),
        ("làm gỗ ở Tân Uyên mười năm", ["Bình Dương"]),
        ("ở Bình Tân, Vĩnh Long trồng khoai", ["Vĩnh Long"]),
        ("huyện Tân Uyên, Lai Châu mưa đá", ["Lai Châu"]),
        ("huyện Tân Phú, Đồng Nai", ["Đồng Nai"]),
        ("mẹ em ở Thuận An, Huế", ["Huế"]),
        ("công nhân Thuận An quê Huế", ["Bình Dương", "Huế"]),
        ("K3 Tân Triều đông quá, nằm ghép ba người", ["Hà Nội"]),
        ("chuyen len Cho Ray roi moi biet", ["Hồ Chí Minh"]),
        ("hom qua kham o Bach Mai", ["Hà Nội"]),
        ("nằm viện Thống Nhất ba ngày", ["Hồ Chí Minh"]),
        ("bệnh viện Thống Nhất hết thuốc tim", ["Hồ Chí Minh"]),
        ("Công ty Hưng Nghiệp Formosa cắt tăng ca", ["Đồng Nai"]),
        ("cháu chạy thận ở Thanh Nhàn", ["Hà Nội"]),
        ("Gia Định hẹn mổ, nằm Gia Định bốn ngày", ["Hồ Chí Minh"]),
    ],
)
def test_a_place_is_found_by_the_name_that_people_use(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "anh Thống Nhất nói với tôi",
        "các bên thống nhất phương án chi trả",
        "BHXH TP thống nhất ba phương án thu",
        "bệnh viện thống nhất cách hoàn tiền cho người bệnh",
        "mong đất nước hòa bình",
        "thuốc này chữa bệnh bình dân",
        "giá bình dân cho công nhân",
        "quán cơm bình dân trước cổng bệnh viện",
        "đường Hùng Vương kẹt xe",
        "nhà số 12 Hùng Vương",
        "trường Trưng Vương thu tiền thẻ",
        "trường Nguyễn Tri Phương nộp danh sách chậm",
        "chợ Nguyễn Tri Phương gửi xe máy bao nhiêu",
        "chị Bạch Mai hỏi cách làm sổ",
        "cô Bạch Mai ở tổ 3 đi khám bệnh",
        "Nguyễn Bạch Mai nộp hồ sơ rồi",
        "Trần Việt Đức chưa có thẻ",
        "anh Việt Đức bên kế toán trả lời",
        "công ty thép Việt Đức nợ bảo hiểm",
        "hợp tác Việt Đức về đào tạo điều dưỡng",
        "nằm 108 ngày trong viện",
        "khám 115 người trong một buổi",
        "lên 175 nghìn một tháng",
        "mổ 103 ca trong tuần",
        "gọi 115 không ai nghe máy",
        "đạt 108% kế hoạch năm",
        "Nghị định 115/2020 nói gì về viên chức",
        "phụ cấp trực lên 115.000 đồng",
        "tăng lên 108 giường bệnh",
        "gia đình em ở gần trạm",
        "thẻ hộ gia đình mua ở đâu",
        "khám bác sĩ gia đình",
        "người từ đủ 75 tuổi khám bệnh",
        "hop dong tu du 1 thang phai dong",
        "ky tu du 12 thang moi duoc kham",
        "em cho ray rut mai khong duoc",
        "benh vien e khong dam ke thuoc",
        "benh vien k nhan the nay",
        "muốn lên viện nhi trung ương thì được mấy phần trăm",
        "khám ở bệnh viện trung ương được mấy phần trăm",
        "khoa ung bướu hết giường",
        "bệnh nhân ung bướu chờ thuốc",
        "Ba bàn chi trả lưu động của xã. Ba bàn chi trả",
        "tiền về phường. Ba tôi nhận rồi",
        "Bắt đầu đi làm từ tháng sau",
        "đại lý ở Kim Long nhiệt tình",
        "chị Kim Long gọi lại cho tôi",
        "xe Kim Long chạy đêm",
        "cô Kim Liên kể chuyện đi khám",
        "trường Lê Hồng Phong",
        "đường Hồng Phong",
        "anh Hồng Phong ở tổ dân phố",
        "ngân hàng An Bình chậm chuyển tiền",
        "ngân hàng Sài Gòn khóa thẻ ATM của tôi",
        "ngân hàng Thái Bình Dương",
        "ngân hàng Đông Á hết tiền mặt",
        "ngân hàng Bắc Á chưa mở cửa",
        "ngân hàng Kiên Long báo lỗi",
        "công ty Hòa Bình nợ lương",
        "tập đoàn Hòa Phát tuyển người",
        "chị Hải Châu nhận lương hưu rồi",
        "bé Tân Thuận con chị Hai sốt",
        "anh Tân Phú bên nhân sự",
        "chị Thuận An đi đẻ",
        "ở Nguyễn Trãi đông người",
        "ngu lau moi dua van ban len",
        "xin gửi văn bản về phòng bảo hiểm",
        "hồ sơ giấy tờ ở Trần Phú",
        "cựu sinh viên đại học Cần Thơ kể lại",
        "học ĐH Vinh ra trường thất nghiệp",
        "xem pháo hoa ở cầu gần nhà",
        "thăng long thuốc tăng lực",
        "em ra viện k ai gọi",
    ],
)
def test_people_streets_banks_numbers_and_common_words_are_no_places(text):
    assert names(text) == []


def test_the_longest_name_of_a_commune_wins_over_a_districts():
    assert names("Trưởng trạm ở Bác Ái Đông trả lời", SINCE) == ["Khánh Hòa"]
    assert names("trạm Tân Thạnh hết thuốc") == ["Long An"]
    assert names("tram Tan Thanh Dong het thuoc") == ["Hồ Chí Minh"]


def test_a_district_is_not_meant_where_the_text_is_about_a_province_with_a_commune_of_that_name():
    assert names("Huế: dân Thuận An nhận lương tại bưu điện") == ["Huế"]
    assert names("Thuận An, Bình Dương: dân Huế đón xe về") == ["Bình Dương", "Huế"]


def test_a_name_of_before_the_merger_says_its_province_of_before_and_of_today():
    assert names("Bà con Đồng Văn nhận lương tại nhà", SINCE, title="Tuyên Quang chi trả sớm") == ["Tuyên Quang", "Hà Giang"]
    assert names("Mẹ ở Gia Lai xuống Quy Nhơn khám", SINCE) == ["Gia Lai", "Bình Định"]


def test_a_wards_type_before_names_of_no_commune_of_that_day_leaves_the_province():
    assert names("ông ở Phường Đông Hà Quảng Trị dự hội") == ["Quảng Trị"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chợ Vườn Chuối rau lên giá", ["Hồ Chí Minh"]),
        ("đi Ninh Chữ chơi nha", ["Ninh Thuận"]),
        ("Nhà em ở Làng Nủ trôi hết", ["Lào Cai"]),
        ("em mình học TNUT", ["Thái Nguyên"]),
        ("học tại trường Đại học Hà Tĩnh", ["Hà Tĩnh"]),
        ("Dệt Nam Định giờ thành khu đô thị", ["Nam Định"]),
        ("mong viện Nguyễn Đình Chiểu đọc được", ["Bến Tre"]),
        ("sạp ở chợ Kỳ Lừa ế lắm", ["Lạng Sơn"]),
        ("nhận thuốc ở Huyết học TW", ["Hà Nội"]),
        ("xe cấp cứu 115 chở miễn phí", []),
        ("đi lâm trường Ea H'leo có 9 năm bảo hiểm", ["Đắk Lắk"]),
        ("rút ở quê Chợ Mới có được không", ["An Giang"]),
    ],
)
def test_markets_schools_mills_and_quarters_that_everybody_knows_say_where(text, expected):
    assert names(text) == expected
