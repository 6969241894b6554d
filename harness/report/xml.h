/*
 * An XML document that is written from start to end. The only user of libxml2 in this folder.
 *
 * Texts may hold anything: they are made fit for XML 1.0 by report_text_clean and cut at the
 * limits below. Element and attribute names are the program's own and are taken as they are.
 */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include <glib.h>

/* Parsers refuse documents with very long texts (libxml2: 10 MB), and services refuse large
 * files (GitLab: 30 MB). */
#define REPORT_XML_TEXT_MAX      ((gsize)256 * 1024)
#define REPORT_XML_ATTRIBUTE_MAX 4096

typedef struct ReportXml ReportXml;

ReportXml *report_xml_new(void);
void report_xml_free(ReportXml *xml); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportXml, report_xml_free)

/* The text is the program's own. */
void report_xml_comment(ReportXml *xml, const char *text);
void report_xml_begin(ReportXml *xml, const char *element);
/* Attributes of the element that was begun last, before its text and its elements. */
void report_xml_attribute(ReportXml *xml, const char *name, const char *value);
void report_xml_attribute_number(ReportXml *xml, const char *name, guint value);
void report_xml_text(ReportXml *xml, const char *text);
void report_xml_end(ReportXml *xml);

/* The finished document, owned by xml, in UTF-8; NULL with *error (BASE_ERROR_ENVIRONMENT) when
 * libxml2 failed anywhere on the way, as when memory ran out. Nothing can be written after it. */
const char *report_xml_finish(ReportXml *xml, gsize *ret_length, GError **error);

#endif
