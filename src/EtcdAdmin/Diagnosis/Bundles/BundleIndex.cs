using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdAdmin.Diagnosis.Signatures;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>The index of a support bundle, for programs and for people.</summary>
internal static class BundleIndex
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>index.json.</summary>
    public static string ToJson(EtcdSupportBundle bundle, (DateTimeOffset Begin, DateTimeOffset End) window) => JsonSerializer.Serialize(new
    {
        Format = 1,
        Cluster = bundle.Cluster.Name,
        Endpoints = bundle.Cluster.Endpoints.Select(endpoint => endpoint.ToString()),
        bundle.Time,
        Since = window.Begin,
        Until = window.End,
        bundle.Truncated,
        bundle.SecretsRemoved,
        bundle.Hosts,
        bundle.Missing,
        Errors = bundle.Errors.Select(error => new
        {
            error.Signature,
            error.Count,
            error.Path,
            error.Meaning,
            error.Cause,
            error.Command,
            error.FirstTime,
            error.LastTime,
        }),
        bundle.Files,
    }, Json) + "\n";

    /// <summary>index.txt.</summary>
    public static string ToText(EtcdSupportBundle bundle, (DateTimeOffset Begin, DateTimeOffset End) window)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Support bundle of cluster {bundle.Cluster.Name}, {bundle.Time:u}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"Journals from {window.Begin.ToUniversalTime():u} to {window.End.ToUniversalTime():u}; log files without a journal: their end.\n");
        text.Append(CultureInfo.InvariantCulture,
            $"{bundle.SecretsRemoved} secrets were removed (passwords, tokens, private keys, users in URLs). Logs can contain names of keys.\n");
        if (bundle.Truncated) text.Append("Files were cut off because of the size limits; they are marked below.\n");
        Section("Hosts", bundle.Hosts.Select(host => host.Collected
            ? $"{host.HostName}: {string.Join(", ", host.Members)}"
            : $"{host.HostName}: {string.Join(", ", host.Members)} - NOT COLLECTED: {host.Reason}"), "No host is managed; "
                + "only the cluster's own answers are here.");
        Section("Missing", bundle.Missing, "Nothing.");
        Section("Known errors in the logs", bundle.Errors.Select(Line), "None.");
        Section("Files", bundle.Files.Select(file => string.Create(CultureInfo.InvariantCulture,
            $"{file.SizeBytes,10}  "
                + $"{file.Path}{(file.Truncated ? "  (cut off)" : "")}"
                + $"{(file.SecretsRemoved > 0 ? $"  ({file.SecretsRemoved} secrets removed)" : "")}")), "None.");
        return text.ToString();

        void Section(string title, IEnumerable<string> lines, string none)
        {
            text.Append('\n').Append(title).Append('\n');
            foreach (string line in lines.DefaultIfEmpty(none)) text.Append("  ").Append(line).Append('\n');
        }
    }

    private static string Line(EtcdErrorDiagnosis error) => string.Create(CultureInfo.InvariantCulture,
        $"{error.Path}: {error.Count} x {error.Signature}: {error.Meaning} {error.Command}");
}
