-- Who reported a notice without signing in has no name; the words for that are the reader's.
UPDATE handover SET from_label = '' WHERE kind = 'notice' AND from_staff IS NULL AND from_label = '地域の人';
