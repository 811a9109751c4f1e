using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Bench;

/// <summary>One core call in a separate process, including the start of .NET: the cost of a small program that uses the library.</summary>
internal static class Worker
{
    private const string Switch = "--worker";

    public static bool IsWorker(IReadOnlyList<string> args) => args.Count > 0 && args[0] == Switch;

    /// <summary>The command line that starts this program as a worker.</summary>
    public static IReadOnlyList<string> CommandLine(params IReadOnlyList<string> job)
    {
        string program = Environment.ProcessPath ?? throw new BenchException("The path of this program is not known.");
        bool throughHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] start = throughHost ? [program, typeof(Worker).Assembly.Location] : [program];
        return [.. start, Switch, .. job];
    }

    /// <summary>The command line that starts another build of this program as a worker.</summary>
    /// <param name="assembly">Path of its EtcdAdmin.Bench.dll.</param>
    /// <param name="job">What the worker does.</param>
    public static IReadOnlyList<string> CommandLineOf(string assembly, IReadOnlyList<string> job) => ["dotnet", assembly, Switch, .. job];

    public static async Task RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args[1] is BenchOptions.Verify)
        {
            SnapshotVerdict verdict = await new SnapshotVerifier(TimeProvider.System).VerifyAsync(args[2], null, null, cancellationToken);
            Console.WriteLine(verdict.Passed);
            return;
        }

        if (args[1] is BenchOptions.Encrypt)
        {
            await EncryptedFile.RunAsync(args[2], cancellationToken);
            return;
        }

        AdminContext context = AdminContext.Default();
        EtcdCluster cluster = await context.Profiles.LoadAsync(args[2], cancellationToken);
        switch (args[1])
        {
            case BenchOptions.Calls:
                await ClientCall.RunAsync(args[3], cluster, args[4], cancellationToken);
                break;
            case BenchOptions.Save:
                var request = new SaveSnapshotRequest { Destination = args[3] };
                Console.WriteLine(await new SnapshotSaver(context).SaveAsync(cluster, request, null, cancellationToken));
                break;
            case BenchOptions.Read:
                await PrintKeysAsync(cluster, cancellationToken);
                break;
            case BenchOptions.Health:
                ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, new HealthOptions(), cancellationToken);
                foreach (EtcdHealth member in health.Members) Console.WriteLine(member);
                break;
            default:
                throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"Worker '{args[1]}' does not exist."));
        }
    }

    /// <summary>Prints as etcdctl does: each key, and an empty line for the omitted value.</summary>
    private static async Task PrintKeysAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        var keysOnly = new RangeOptions { KeysOnly = true };
        await using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
        await foreach (EtcdKeyValue item in cluster.Client.Kv.RangeAsync(KeyRange.All, keysOnly, cancellationToken))
        {
            output.Write(item.Key.Span);
            output.Write("\n\n"u8);
        }
    }
}
