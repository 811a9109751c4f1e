// Measures EtcdAdmin and etcdctl in turns on the same clusters; see docs/performance.md.
using System.Runtime.InteropServices;
using EtcdAdmin.Bench;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Bench.Subjects;
using EtcdAdmin.Errors;

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (!OperatingSystem.IsLinux()) throw new BenchException("The measurements read /proc, so they need Linux.");
    if (Worker.IsWorker(args)) await Worker.RunAsync(args, stop.Token);
    else if (BenchOptions.Parse(args) is { } options) await MeasureAsync(options);
    else Console.WriteLine(BenchOptions.Usage);
    return 0;
}
catch (Exception e) when (e is EtcdException or BenchException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. All clusters and files of the measurement were removed.");
    return 130; // what shells report for a program ended by Ctrl+C
}

async Task MeasureAsync(BenchOptions options)
{
    await using var lab = new Lab();
    await lab.FindEtcdAsync(options.EtcdVersion, stop.Token);
    var sections = new List<Section>();
    SnapshotPair? snapshots = null;
    if (options.MeasuresAny(BenchOptions.Save, BenchOptions.Calls, BenchOptions.Read, BenchOptions.Verify, BenchOptions.Offline, BenchOptions.Encrypt,
            BenchOptions.Restore))
    {
        LabCluster single = await lab.InstallAsync("single", 1, stop.Token);
        Dataset dataset = await Dataset.LoadAsync(single.Cluster, options.SizeBytes, options.Keys, stop.Token);
        if (options.Measures(BenchOptions.Save))
            sections.Add(await new SaveSubject(lab, single, dataset).MeasureAsync(options.Runs, stop.Token));
        if (options.Measures(BenchOptions.Calls))
            sections.Add(await new CallsSubject(lab, single, dataset, options.Other).MeasureAsync(options.Runs, stop.Token));
        if (options.Measures(BenchOptions.Read))
            sections.Add(await new ReadSubject(lab, single, dataset).MeasureAsync(options.Runs, stop.Token));
        snapshots = await SnapshotPair.SaveAsync(lab, single, dataset, stop.Token);
        await lab.UninstallAsync(single, stop.Token);
    }

    if (snapshots is not null && options.Measures(BenchOptions.Verify))
        sections.Add(await new VerifySubject(lab, snapshots).MeasureAsync(options.Runs, stop.Token));
    if (snapshots is not null && options.Measures(BenchOptions.Offline))
        sections.Add(await new OfflineSubject(lab, snapshots).MeasureAsync(options.Runs, stop.Token));
    if (snapshots is not null && options.Measures(BenchOptions.Encrypt))
        sections.Add(await new EncryptSubject(lab, snapshots).MeasureAsync(options.Runs, stop.Token));

    if (options.Measures(BenchOptions.Health))
    {
        LabCluster triple = await lab.InstallAsync("triple", 3, stop.Token);
        sections.Add(await new HealthSubject(lab, triple).MeasureAsync(options.Runs, stop.Token));
        await lab.UninstallAsync(triple, stop.Token);
    }

    if (options.Measures(BenchOptions.Import)) sections.Add(await new ImportSubject(lab).MeasureAsync(options.Runs, stop.Token));

    if (options.Measures(BenchOptions.Space))
    {
        sections.Add(await new DefragmentSubject(lab, options).MeasureAsync(stop.Token));
        sections.Add(await new RollingDefragmentSubject(lab, options).MeasureAsync(stop.Token));
        sections.Add(await new ReportsSubject(lab).MeasureAsync(options.Runs, stop.Token));
    }

    if (options.MeasuresAny(BenchOptions.Hosts, BenchOptions.Restore, BenchOptions.Upgrades)
        && (options.Only is not null || HostBench.Obstacle is null))
    {
        await using HostBench hosts = await HostBench.StartAsync(lab, stop.Token);
        if (options.Measures(BenchOptions.Hosts))
        {
            sections.Add(await new HostsSubject(lab, hosts).MeasureAsync(options.Runs, stop.Token));
            sections.Add(await new TransportsSubject(hosts).MeasureAsync(options.Runs, stop.Token));
        }

        if (options.Measures(BenchOptions.Upgrades)) sections.Add(await new UpgradesSubject(lab, hosts).MeasureAsync(options.Runs, stop.Token));
        if (snapshots is not null && options.Measures(BenchOptions.Restore))
            sections.Add(await new RestoreSubject(lab, hosts, snapshots).MeasureAsync(options.Runs, stop.Token));
    }

    string report = new Report(options, lab.EtcdVersion, sections).ToMarkdown();
    Console.WriteLine();
    Console.Write(report);
    if (options.Output is { } output) await File.WriteAllTextAsync(output, report, stop.Token);
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // the clusters are uninstalled first
    stop.Cancel();
}
