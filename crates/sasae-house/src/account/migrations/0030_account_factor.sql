-- The second factor counts its own failures: a right password does not forget them.
ALTER TABLE account ADD COLUMN factor_failed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN factor_locked_until BIGINT;
-- A login name is kept as it is compared, in small letters; two that differ in case alone stay apart.
UPDATE account SET login = lower(login) WHERE NOT EXISTS (
  SELECT 1 FROM account o WHERE o.tenant = account.tenant AND o.id <> account.id AND lower(o.login) = lower(account.login));
