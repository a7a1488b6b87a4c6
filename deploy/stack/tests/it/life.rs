use sqlx::Connection as _;
use stack::{Durability, Server, Servers, testing};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

async fn first_line(url: &str, question: &str) -> std::io::Result<String> {
    let address = url.split("//").last().unwrap().split('/').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(question.as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await?;
    Ok(line)
}

#[tokio::test]
async fn servers_of_a_test_run_answer_and_each_test_has_its_own_database() {
    let servers = testing::Servers::shared().await;
    assert!(first_line(&servers.nats_url(), "PING\r\n").await.unwrap().contains("2.15"));
    assert_eq!(first_line(&servers.redis_url(), "PING\r\n").await.unwrap(), "+PONG\r\n");
    let (one, other) = (testing::database().await, testing::database().await);
    assert_ne!(one, other);
    let mut connection = sqlx::PgConnection::connect(&one).await.unwrap();
    sqlx::query("CREATE TABLE mine (id int)").execute(&mut connection).await.unwrap();
    let mut connection = sqlx::PgConnection::connect(&other).await.unwrap();
    sqlx::query("SELECT id FROM mine").execute(&mut connection).await.unwrap_err();
}

#[tokio::test]
async fn a_killed_server_comes_back_at_its_address_with_what_it_had() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let at = servers.addresses().clone();
    let database = at.create_database().await.unwrap();
    for server in [Server::Nats, Server::Redis, Server::Postgres] {
        servers.kill(server).await;
    }
    assert!(first_line(&at.nats_url, "PING\r\n").await.is_err());
    assert!(first_line(&at.redis_url, "PING\r\n").await.is_err());
    assert!(sqlx::PgConnection::connect(&database).await.is_err());

    for server in [Server::Nats, Server::Redis, Server::Postgres] {
        servers.start_again(server).await.unwrap();
    }

    assert!(first_line(&at.nats_url, "PING\r\n").await.unwrap().contains("jetstream"));
    assert_eq!(first_line(&at.redis_url, "PING\r\n").await.unwrap(), "+PONG\r\n");
    sqlx::PgConnection::connect(&database).await.unwrap();
    let folder = servers.folder().to_owned();
    servers.stop().await;
    assert!(!folder.exists(), "the files of the servers are removed with them");
}

#[test]
fn servers_outlive_the_test_that_started_them_first() {
    let nats_url = || async { testing::Servers::shared().await.nats_url() };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // The thread and the runtime of the first test end here.
    let first = std::thread::spawn(move || runtime().block_on(nats_url())).join().unwrap();
    let answer = runtime().block_on(first_line(&first, "PING\r\n"));
    assert!(answer.unwrap().contains("jetstream"));
}
