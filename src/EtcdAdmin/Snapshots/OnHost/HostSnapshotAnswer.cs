using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>Parses the output of <see cref="HostSnapshotScripts.Save"/>, line by line as it arrives.</summary>
/// <param name="grown">Receives the current size of the file in bytes.</param>
internal sealed class HostSnapshotAnswer(Action<long> grown) : WritingStream
{
    private const int LongestLine = 64 << 10; // a path and a line of JSON

    private readonly List<byte> _line = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string Path => Value("path");

    public long Bytes => long.TryParse(Value("bytes"), CultureInfo.InvariantCulture, out long bytes) ? bytes : throw Missing("bytes");

    public string Sha256 => Value("sha256");

    /// <summary>The owner as <c>uid:gid</c>; null if the file belongs to the user who saved it.</summary>
    public string? Owner => Value("owner") is { Length: > 0 } owner ? owner : null;

    /// <summary>The answer of etcd's own tool.</summary>
    public HostSnapshotStatus Status
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<HostSnapshotStatus>(Value("status"), JsonSerializerOptions.Web) ?? throw Missing("status");
            }
            catch (JsonException)
            {
                throw Missing("status");
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte b in buffer)
        {
            if (b == (byte)'\n')
            {
                Take(Encoding.UTF8.GetString([.. _line]));
                _line.Clear();
            }
            else if (_line.Count < LongestLine)
            {
                _line.Add(b);
            }
        }
    }

    private void Take(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return;
        (string name, string value) = (line[..space], line[(space + 1)..].Trim());
        if (name != "size") _values[name] = value;
        else if (long.TryParse(value, CultureInfo.InvariantCulture, out long size)) grown(size);
    }

    private string Value(string name) => _values.TryGetValue(name, out string? value) ? value : throw Missing(name);

    private static EtcdException Missing(string name) =>
        new(EtcdErrorIds.HostCommandFailed, $"The host did not report the field '{name}' of the saved snapshot.")
        {
            NextStep = "Save the snapshot again. If the error repeats, save to this machine (without -OnHost).",
        };
}

/// <summary>The result of <c>snapshot status -w json</c>.</summary>
/// <param name="Hash">See <see cref="SnapshotInfo.Hash"/>.</param>
/// <param name="Revision">The highest revision.</param>
/// <remarks>
/// Source: etcd <c>etcdutl/snapshot/v3_snapshot.go</c>, Status. Its totalKey counts records up to 3.5 and keys from 3.6 on, so it is not used.
/// </remarks>
internal sealed record HostSnapshotStatus(uint Hash, long Revision);
