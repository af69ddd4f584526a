-- Clones a library of the size asked for (bench.resources) from the four thousand that the models made.
SET session_replication_role = replica;
SET synchronous_commit = off;
CREATE TEMP TABLE src AS SELECT r.id rid, v.id vid, row_number() OVER (ORDER BY r.id) - 1 AS n FROM rongshu_library_resource r JOIN rongshu_library_resourceversion v ON v.resource_id=r.id;
CREATE TEMP TABLE units AS SELECT s.id sid, s.sponsor_id oid, substr(s.slug,6)::int n FROM rongshu_sites_site s;
CREATE TEMP TABLE cols AS SELECT c.id cid, c.site_id sid, row_number() OVER (PARTITION BY c.site_id ORDER BY c.path)-1 k FROM rongshu_sites_column c WHERE c.path ~ '^/[^/]+/[^/]+/$';
CREATE INDEX ON cols(sid,k);
CREATE TEMP TABLE made AS SELECT g, (lpad(to_hex(1790000000000 + g*1000::bigint),12,'0') || '7' || substr(md5(g::text),1,3) || '8' || substr(md5(g::text),4,15))::uuid rid,
 (lpad(to_hex(1790000000000 + g*1000::bigint),12,'0') || '7' || substr(md5(g::text),5,3) || '9' || substr(md5(g::text),14,15))::uuid vid, s.rid srid, s.vid svid, u.oid, u.sid, g % 200 AS site, c.cid
 FROM generate_series(4000, current_setting('bench.resources')::int - 1) g JOIN src s ON s.n = g % 4000 JOIN units u ON u.n = g % 200 JOIN cols c ON c.sid=u.sid AND c.k = (g/200) % 30;
CREATE INDEX ON made (rid);
ANALYZE made;
INSERT INTO rongshu_library_resource SELECT m.rid, r.origin_node, r.origin_version, CASE WHEN g%40=0 THEN 'draft' WHEN g%200=1 THEN 'in-review' ELSE r.status END,
 CASE WHEN g%5<3 THEN 'unconditional' ELSE 'none' END, CASE WHEN g%40=0 OR g%200=1 THEN NULL ELSE r.published_at + (g*interval '1 minute') END, r.published_precision, r.modified_at, CASE WHEN g%40=0 OR g%200=1 THEN NULL ELSE '2026/01/' || g END, NULL, '', r.validity, NULL,NULL,NULL,NULL,'',NULL, r.created_at, NULL,
 CASE WHEN g%40=0 OR g%200=1 THEN NULL ELSE r.effective_approval_id END, m.oid, r.type_id, CASE WHEN g%40=0 OR g%200=1 THEN NULL ELSE m.vid END, m.vid
 FROM made m JOIN rongshu_library_resource r ON r.id=m.srid ORDER BY g;
INSERT INTO rongshu_library_resourceversion(id,number,digest,title,subtitle,description,keywords,body,content_source,author,editor,theme_code,genre_code,base_code,form,audience,language,open_type,share_type,image,given_published_at,given_published_precision,elements,attachments,derived,flags,external_key,similarity,created_at,became_effective_at,purged_at,batch_id,created_by_id,publisher_id,resource_id,restored_from_id,source_app_id)
 SELECT m.vid,1,'sha256:'||lpad(replace(m.rid::text,'-',''),64,'0'),'关于做好第'||g||'批'||(ARRAY['示范','安全生产','教育','防汛','民生','营商环境','数据共享','养老','就业','乡村振兴'])[1+g%10]||'工作的通知',v.subtitle,v.description,v.keywords,v.body,v.content_source,v.author,v.editor,v.theme_code,v.genre_code,v.base_code,v.form,v.audience,v.language,v.open_type,CASE WHEN g%5<3 THEN 'unconditional' ELSE 'none' END,v.image,v.given_published_at,v.given_published_precision,v.elements,v.attachments,v.derived,v.flags,v.external_key,v.similarity,v.created_at,v.became_effective_at,NULL,v.batch_id,NULL,m.oid,m.rid,NULL,v.source_app_id
 FROM made m JOIN rongshu_library_resourceversion v ON v.id=m.svid ORDER BY g;
INSERT INTO rongshu_sites_placement SELECT md5('p'||g)::uuid, 'showing', p.published_at + (g*interval '1 minute'), NULL,NULL,'',0,NULL,true,p.created_at,p.approval_id,m.cid,NULL,NULL,m.rid,NULL,m.sid
 FROM made m JOIN rongshu_sites_placement p ON p.resource_id=m.srid WHERE NOT (g%40=0 OR g%200=1);
-- What the editor wrote himself, cases under way in every unit, and five thousand closed ones.
UPDATE rongshu_library_resource r SET created_by_id = p.id FROM made m, rongshu_accounts_person p
  WHERE p.handle = 'bench-editor' AND r.id = m.rid AND m.site < 100 AND (g % 40 = 0 AND g % 3 = 0 OR g % 997 = 0);
CREATE TEMP TABLE cases AS
  SELECT m.*, md5('r' || g)::uuid AS review_id, r.status FROM made m JOIN rongshu_library_resource r ON r.id = m.rid
  WHERE r.status = 'in-review' OR (r.status = 'effective' AND g % 20 = 3);
INSERT INTO rongshu_newsroom_review(id, version_digest, version_number, base_number, flow_reason, levels,
    needs_escalation, state, stage, opened_at, closed_at, approval_id, flow_id, opened_by_id, owner_id, resource_id,
    version_id)
  SELECT review_id, 'sha256:' || lpad(replace(rid::text, '-', ''), 64, '0'), 1, 0, '', 3, false,
    CASE WHEN c.status = 'effective' THEN 'published' WHEN g % 10 = 7 THEN 'passed' WHEN g % 10 = 3 THEN 'returned'
      ELSE 'reviewing' END, 1, timestamptz '2026-01-01' + g * interval '10 second',
    CASE WHEN c.status = 'effective' THEN timestamptz '2026-01-05' + g * interval '10 second' END,
    CASE WHEN c.status = 'effective' THEN (SELECT id FROM rongshu_library_approval LIMIT 1) END,
    'three-reviews', p.id, c.oid, rid, vid
  FROM cases c JOIN rongshu_accounts_person p ON p.handle = (CASE WHEN g % 7 = 0 THEN 'bench-editor' ELSE 'bench-supervisor' END)
  WHERE NOT EXISTS (SELECT 1 FROM rongshu_newsroom_review x WHERE x.id = review_id);
INSERT INTO rongshu_newsroom_reviewstep(id, stage, position, kind, level, name, capability, excludes_writer, is_extra,
    days, is_open, opened_at, due_at, owner_id, review_id)
  SELECT md5('s' || c.g || '.' || level)::uuid, level, level, 'review', level,
    (ARRAY['初审', '复审', '终审'])[level], (ARRAY['review.first', 'review.second', 'review.final'])[level], true, false, 2,
    r.state = 'reviewing' AND level = 1 + c.g / 200 % 3, r.opened_at, r.opened_at + interval '2 days', c.oid, review_id
  FROM cases c JOIN rongshu_newsroom_review r ON r.id = review_id CROSS JOIN generate_series(1, 3) level;
INSERT INTO rongshu_newsroom_reviewplace(id, site_id, is_own, column_id, review_id)
  SELECT md5('w' || g)::uuid, sid, true, cid, review_id FROM cases;
INSERT INTO rongshu_newsroom_recall(id, version_digest, reason, notice, places, recalled_at, restored_at, restore_reason,
    owner_id, recalled_by_id, resource_id)
  SELECT md5('c' || g)::uuid, 'sha256:' || lpad(replace(rid::text, '-', ''), 64, '0'), '演练', '', '[]',
    timestamptz '2026-01-01' + g * interval '10 second', timestamptz '2026-02-01' + g * interval '10 second', '演练结束', oid, p.id, rid
  FROM made JOIN rongshu_accounts_person p ON p.handle = 'bench-supervisor' WHERE g % 100 = 3;
ANALYZE;
