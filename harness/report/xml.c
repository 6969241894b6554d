#include "report/xml.h"

#include "base/error.h"
#include "report/text.h"

#include <libxml/xmlwriter.h>
#include <stdbool.h>
#include <string.h>

struct ReportXml {
	xmlBuffer *buffer;
	xmlTextWriter *writer;
	bool failed; /* looked at once, at the end, instead of after every call */
};

ReportXml *
report_xml_new(void)
{
	ReportXml *xml = g_new0(ReportXml, 1);

	xml->buffer = xmlBufferCreate();
	if (xml->buffer != NULL)
		xml->writer = xmlNewTextWriterMemory(xml->buffer, 0);
	xml->failed = xml->writer == NULL || xmlTextWriterSetIndent(xml->writer, 1) < 0 ||
	              xmlTextWriterSetIndentString(xml->writer, BAD_CAST "  ") < 0 ||
	              xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL) < 0;
	return xml;
}

void
report_xml_free(ReportXml *xml)
{
	if (xml == NULL)
		return;
	xmlFreeTextWriter(xml->writer);
	xmlBufferFree(xml->buffer);
	g_free(xml);
}

void
report_xml_comment(ReportXml *xml, const char *text)
{
	xml->failed = xml->failed || xmlTextWriterWriteComment(xml->writer, BAD_CAST text) < 0;
}

void
report_xml_begin(ReportXml *xml, const char *element)
{
	xml->failed = xml->failed || xmlTextWriterStartElement(xml->writer, BAD_CAST element) < 0;
}

void
report_xml_attribute(ReportXml *xml, const char *name, const char *value)
{
	g_autofree char *clean = report_text_clean(value, REPORT_XML_ATTRIBUTE_MAX, REPORT_TEXT_LINES);

	xml->failed = xml->failed || xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name, BAD_CAST clean) < 0;
}

void
report_xml_attribute_number(ReportXml *xml, const char *name, guint value)
{
	g_autofree char *text = g_strdup_printf("%u", value);

	report_xml_attribute(xml, name, text);
}

/* As CDATA: readers take only so many entities in a file, and texts are full of SQL. "]]>" ends a section, and is
 * divided between two. */
void
report_xml_text(ReportXml *xml, const char *text)
{
	g_autofree char *clean = report_text_clean(text, REPORT_XML_TEXT_MAX, REPORT_TEXT_LINES);
	const char *end = NULL;
	const char *rest = clean;

	if (*clean == '\0')
		return;
	for (; (end = strstr(rest, "]]>")) != NULL; rest = end + 2) {
		g_autofree char *piece = g_strndup(rest, (gsize)(end - rest) + 2);
		xml->failed = xml->failed || xmlTextWriterWriteCDATA(xml->writer, BAD_CAST piece) < 0;
	}
	xml->failed = xml->failed || xmlTextWriterWriteCDATA(xml->writer, BAD_CAST rest) < 0;
}

void
report_xml_end(ReportXml *xml)
{
	xml->failed = xml->failed || xmlTextWriterEndElement(xml->writer) < 0;
}

const char *
report_xml_finish(ReportXml *xml, gsize *ret_length, GError **error)
{
	xml->failed = xml->failed || xmlTextWriterEndDocument(xml->writer) < 0;
	if (xml->failed) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not build an XML document: out of memory");
		return NULL;
	}
	*ret_length = (gsize)xmlBufferLength(xml->buffer);
	return (const char *)xmlBufferContent(xml->buffer);
}
