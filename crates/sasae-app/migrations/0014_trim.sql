-- Lists by what is open have taken the place of these; each costs every save something.
DROP INDEX support_case_lead;
DROP INDEX consultation_taken;
