//! `sasae user add LOGIN --staff ID|NAME` or `--name NAME --role ROLE --area AREA`; `user password`, `user unlock`,
//! `user end` for an account that there is.

use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::Result;
use jiff::civil::Date;
use sasae_app::account;
use sasae_app::area::Book;
use sasae_app::ctx::{Ctx, Work};
use sasae_app::import;
use sasae_app::staff::{self, Appointment};
use sasae_app::tenancy::FOREVER;
use sasae_core::era;
use sasae_core::fold::fold_login;
use sasae_core::id::Id;

use crate::DataPlace;
use crate::database::{Purpose, Session};
use crate::say::Say;
use crate::stop::usage;

/// Manage users.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: UserCommand,
}

#[derive(clap::Subcommand)]
enum UserCommand {
    /// 利用者を加える · add a user.
    Add(Box<Add>),
    /// 新しいパスワードにする（サインインはすべて終わり、使えない間も終わる） · set a new password.
    Password {
        #[command(flatten)]
        place: DataPlace,
        /// ログイン名 · login name.
        login: String,
        /// パスワードを標準入力の1行目から読む · read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
        /// 2つめの確認もやめる（電話をなくした人） · take the second factor away as well.
        #[arg(long)]
        second_factor: bool,
    },
    /// まちがいが続いて使えない間を終える · end the rest after wrong passwords or codes.
    Unlock {
        #[command(flatten)]
        place: DataPlace,
        /// ログイン名 · login name.
        login: String,
    },
    /// アカウントを終える · close an account.
    End {
        #[command(flatten)]
        place: DataPlace,
        /// ログイン名 · login name.
        login: String,
    },
}

#[derive(clap::Args)]
struct Add {
    #[command(flatten)]
    place: DataPlace,
    /// ログイン名 · login name.
    login: String,
    /// 登録ずみの職員（番号か名前） · someone on record, by id or name.
    #[arg(long, conflicts_with_all = ["name", "role", "area"])]
    staff: Option<String>,
    /// 新しく登録する人の名前 · name of someone new.
    #[arg(long, required_unless_present = "staff")]
    name: Option<String>,
    /// 読み · reading of the name.
    #[arg(long, default_value = "")]
    kana: String,
    /// 役職（名前かコード） · role, by label or code.
    #[arg(long, required_unless_present = "staff")]
    role: Option<String>,
    /// 担当の区域（名前かコード） · area of the post.
    #[arg(long, required_unless_present = "staff")]
    area: Option<String>,
    /// 任期の始まり（なければ今日） · first day of the post.
    #[arg(long)]
    from: Option<String>,
    /// 任期の終わり · last day of the post.
    #[arg(long)]
    to: Option<String>,
    /// パスワードを標準入力の1行目から読む · read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    match args.what {
        UserCommand::Add(add) => self::add(*add, say).await,
        UserCommand::Password { place, login, password_stdin, second_factor } => {
            let given = if password_stdin { Some(read_password()?) } else { None };
            set_password(&place, &login, given, second_factor, say).await
        }
        UserCommand::Unlock { place, login } => {
            let (ja, en) = (format!("{login} は、もう使えます"), format!("{login} can be used again"));
            change(&place, "unlock", &login, say, async |ctx, work, id| account::unlock(ctx, work, id).await).await?;
            say.line(&ja, &en);
            Ok(ExitCode::SUCCESS)
        }
        UserCommand::End { place, login } => {
            let (ja, en) = (format!("{login} を終わりにしました"), format!("{login} was closed"));
            change(&place, "end", &login, say, async |ctx, work, id| account::close(ctx, work, id).await).await?;
            say.line(&ja, &en);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Changes one account in one transaction.
async fn change<F>(place: &DataPlace, what: &str, login: &str, say: &Say, step: F) -> Result<()>
where
    F: AsyncFnOnce(&Ctx, &mut Work, Id) -> sasae_app::error::Result<()>,
{
    let session = Session::open(place, Purpose::Write).await?;
    let ctx = session.ctx("sasae user", &format!("user {what} {}", fold_login(login)), say.lang());
    let mut work = ctx.begin().await?;
    let id = find_account(&ctx, &mut work, login).await?;
    step(&ctx, &mut work, id).await?;
    work.commit("").await?;
    session.close().await
}

async fn set_password(
    place: &DataPlace,
    login: &str,
    given: Option<String>,
    second_factor: bool,
    say: &Say,
) -> Result<ExitCode> {
    let session = Session::open(place, Purpose::Write).await?;
    let ctx = session.ctx("sasae user", &format!("user password {}", fold_login(login)), say.lang());
    let mut work = ctx.begin().await?;
    let id = find_account(&ctx, &mut work, login).await?;
    account::unlock(&ctx, &mut work, id).await?;
    if second_factor {
        account::drop_factor(&ctx, &mut work, id).await?;
    }
    work.commit("").await?;
    let made = given.is_none();
    let password = given.unwrap_or_else(|| make_password(&ctx));
    account::set_password(&ctx, id, &password, &[]).await?;
    session.close().await?;
    say.line(&format!("{login} を新しいパスワードにしました"), &format!("{login} has a new password"));
    if made {
        say_password(&password, say);
    }
    Ok(ExitCode::SUCCESS)
}

async fn find_account(ctx: &Ctx, work: &mut Work, login: &str) -> Result<Id> {
    let found = account::find_account(work, ctx.tenant(), &fold_login(login)).await?;
    found.map(|account| account.id).ok_or_else(|| {
        usage(format!("「{login}」というログイン名はありません"), format!("there is no login name {login:?}"))
    })
}

fn say_password(password: &str, say: &Say) {
    say.line(
        &format!("パスワード（いま一度だけ表示します）：{password}"),
        &format!("password, shown this once: {password}"),
    );
}

async fn add(add: Add, say: &Say) -> Result<ExitCode> {
    let login = fold_login(&add.login);
    let proper = (2..=50).contains(&login.chars().count())
        && login.chars().all(|c| c.is_ascii_alphanumeric() || "._-@".contains(c));
    if !proper {
        return Err(usage(
            "ログイン名は、英数字と . _ - @ で2文字から50文字までにしてください",
            "a login name has 2 to 50 letters, digits, or . _ - @",
        ));
    }
    let session = Session::open(&add.place, Purpose::Write).await?;
    let ctx = session.ctx("sasae user add", &format!("user add {login}"), say.lang());
    let mut work = ctx.begin().await?;
    let staff = match &add.staff {
        Some(written) => find_staff(&ctx, &mut work, written).await?,
        None => appoint(&ctx, &mut work, &add).await?,
    };
    if let Some(there) = account::find_login_of(&mut work, ctx.tenant(), staff).await? {
        return Err(match there == login {
            true => usage(
                format!(
                    "ログイン名 {login} は、もうこの人のものです。パスワードを変えるときは sasae user password {login}"
                ),
                format!("the login name {login} is theirs already; sasae user password {login} sets a new password"),
            ),
            false => usage(
                format!(
                    "この人には、もうアカウント {there} があります。1人に1つです。パスワードを変えるときは sasae user password {there}"
                ),
                format!(
                    "they have the account {there} already, and one person has one; sasae user password {there} sets a new password"
                ),
            ),
        });
    }
    let (password, made) = if add.password_stdin { (read_password()?, false) } else { (make_password(&ctx), true) };
    account::add_account(&ctx, &mut work, staff, &login, &password).await?;
    work.commit("").await?;
    session.close().await?;
    say.line(&format!("利用者 {login} を加えました"), &format!("the user {login} was added"));
    if made {
        say_password(&password, say);
    }
    Ok(ExitCode::SUCCESS)
}

async fn find_staff(ctx: &Ctx, work: &mut Work, written: &str) -> Result<Id> {
    if let Ok(id) = written.parse::<Id>()
        && staff::find_staff_name(ctx, work, id).await?.is_some()
    {
        return Ok(id);
    }
    let named = staff::list_staff_named(ctx, work, written).await?;
    match named.as_slice() {
        [only] => Ok(only.id),
        [] => Err(usage(
            format!("「{written}」という職員は登録されていません"),
            format!("nobody called {written:?} is on record"),
        )),
        many => {
            let ids: Vec<String> = many.iter().map(|one| one.id.to_string()).collect();
            Err(usage(
                format!("「{written}」は{}人います。番号で指定してください：{}", many.len(), ids.join("、")),
                format!("{} people are called {written:?}; name one by id: {}", many.len(), ids.join(", ")),
            ))
        }
    }
}

async fn appoint(ctx: &Ctx, work: &mut Work, add: &Add) -> Result<Id> {
    let wrong = |reason: sasae_sheet::Reason| usage(reason.ja, reason.en);
    let given = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let role = import::find_role(ctx.profile(), &given(&add.role)).map_err(wrong)?;
    let book = Book::load(ctx, work, ctx.today()).await?;
    let area = book.find(&given(&add.area), Some(&role.tier), None).map_err(wrong)?.id;
    let from = day(add.from.as_deref())?.unwrap_or_else(|| ctx.today());
    let to = day(add.to.as_deref())?.unwrap_or(FOREVER);
    let name = given(&add.name);
    if name.is_empty() {
        return Err(usage("名前が空です", "the name is empty"));
    }
    let new = Appointment { name, kana: add.kana.trim().to_owned(), role: role.code.clone(), area, period: (from, to) };
    Ok(staff::appoint(ctx, work, &new).await?)
}

/// A day in 和暦 or 西暦.
pub fn day(written: Option<&str>) -> Result<Option<Date>> {
    written
        .map(|text| {
            era::parse_date(text).map_err(|error| {
                usage(format!("日付「{text}」：{}", error.ja()), format!("the date {text:?}: {error}"))
            })
        })
        .transpose()
}

fn read_password() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| {
        usage(format!("標準入力を読めません：{error}"), format!("standard input cannot be read: {error}"))
    })?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Sixteen characters that nobody mistakes for one another: 80 random bits.
fn make_password(ctx: &Ctx) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let bytes = ctx.app().clock().random_bytes::<16>();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
