using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Reports.Facts;

namespace EtcdAdmin.Reports.Formats;

/// <summary>A report as JSON: all facts, with the names of <see cref="ClusterReport"/> in camel case. Times are ISO 8601.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file.</summary>
    public static byte[] Write(ReportDocument document) => JsonSerializer.SerializeToUtf8Bytes(
        new { Format = "etcdadmin-report/1", document.Title, document.Created, document.Clusters }, Options);
}
