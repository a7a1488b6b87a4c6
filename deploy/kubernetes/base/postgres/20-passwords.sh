# Gives the roles of roles.sql their passwords, from the environment. For the first start of the postgres image, which runs
# its files in the order of their names.
for service in gateway dialer notifier; do
    variable="$(echo "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD"
    psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --quiet \
        --set role="callcow_$service" --set password="${!variable:?}" <<'SQL'
ALTER ROLE :"role" PASSWORD :'password';
SQL
done
