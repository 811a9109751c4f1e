using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Encrypting a snapshot file for a certificate, and decrypting it.</summary>
internal sealed class EncryptSubject(Lab lab, SnapshotPair snapshots)
{
    private static readonly Dictionary<string, string> NoVariables = [];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var file = EncryptedFile.Prepare(snapshots.First, lab.Folder);
        var sealing = new Contest("Encrypt");
        Way cms = Add(sealing, SnapshotEncryption.Cms, file.SealAsync, file.SealingJob);
        Way container = Add(sealing, SnapshotEncryption.Container, file.SealAsync, file.SealingJob);
        Contestant openssl = sealing.Add("openssl", token => MeasuredProcess.RunAsync(
            ["openssl", "cms", "-encrypt", "-aes-256-gcm", "-binary", "-stream", "-in", file.Plain, "-outform", "DER", "-out", file.Message,
                "-recip", file.Certificate], NoVariables, token));
        await sealing.RunAsync(runs, cancellationToken);
        var opening = new Contest("Decrypt");
        Way openedCms = Add(opening, SnapshotEncryption.Cms, file.OpenAsync, file.OpeningJob);
        Way openedContainer = Add(opening, SnapshotEncryption.Container, file.OpenAsync, file.OpeningJob);
        Contestant opened = opening.Add("openssl", token => MeasuredProcess.RunAsync(
            ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file.Sealed(SnapshotEncryption.Cms), "-out", file.Message + ".db",
                "-recip", file.Certificate, "-inkey", file.Key], NoVariables, token));
        await opening.RunAsync(runs, cancellationToken);
        double size = snapshots.Megabytes;
        return new Section(
            "Encrypting a snapshot",
            "openssl",
            string.Create(CultureInfo.InvariantCulture, $"""
                A file of {size:0.0} MB, encrypted for an RSA certificate: as a CMS message, which openssl opens too, and in EtcdAdmin's own container.
                Openssl holds the whole file in memory when it decrypts, so it ends at 1.6 GB.
                """),
            [
                Row.Of("encrypting, CMS, in a warm process: throughput", "MB/s", cms.Call.Rate(size), openssl.Rate(size)),
                Row.Of("encrypting, container, in a warm process: throughput", "MB/s", container.Call.Rate(size), openssl.Rate(size)),
                Row.Of("encrypting, CMS, whole process: time", "s", cms.Process.Seconds, openssl.Seconds),
                Row.Of("encrypting, CMS, whole process: peak memory", "MB", cms.Process.PeakMegabytes, openssl.PeakMegabytes),
                Row.Of("encrypting, container, whole process: peak memory", "MB", container.Process.PeakMegabytes, openssl.PeakMegabytes),
                Row.Of("decrypting, CMS, in a warm process: throughput", "MB/s", openedCms.Call.Rate(size), opened.Rate(size)),
                Row.Of("decrypting, container, in a warm process: throughput", "MB/s", openedContainer.Call.Rate(size), opened.Rate(size)),
                Row.Of("decrypting, CMS, whole process: peak memory", "MB", openedCms.Process.PeakMegabytes, opened.PeakMegabytes),
                Row.Of("decrypting, container, whole process: peak memory", "MB", openedContainer.Process.PeakMegabytes, opened.PeakMegabytes),
            ],
            ["openssl cms -encrypt -aes-256-gcm -binary -stream -in first.db -outform DER -out peer.cms -recip ops.crt",
                "openssl cms -decrypt -binary -inform DER -in ours.cms -out peer.db -recip ops.crt -inkey ops.key"]);
    }

    private static Way Add(
        Contest contest, SnapshotEncryption encryption, Func<SnapshotEncryption, CancellationToken, Task> callAsync,
        Func<SnapshotEncryption, string> job) => new(
            contest.Add($"{encryption}, core call", async token =>
            {
                long began = Stopwatch.GetTimestamp();
                await callAsync(encryption, token);
                return new Sample(Stopwatch.GetElapsedTime(began));
            }),
            contest.Add($"{encryption}, process",
                token => MeasuredProcess.RunAsync(Worker.CommandLine(BenchOptions.Encrypt, job(encryption)), NoVariables, token)));

    /// <summary>The same task in this process and in one of its own.</summary>
    private sealed record Way(Contestant Call, Contestant Process);
}
