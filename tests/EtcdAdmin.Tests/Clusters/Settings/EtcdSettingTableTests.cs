using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Settings;

/// <summary>
/// Asks the real servers what they read: a value of a wrong kind is an error for a setting that is known, and ignored for any other.
/// </summary>
public sealed partial class EtcdSettingTableTests
{
    // In a list no setting has what it wants; the folder makes sure that no etcd goes on with an unknown one.
    private const string WrongValue = "[[1]]";
    private const string NoFolder = "data-dir: /proc/none\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [.. EtcdBinaries.VersionsFrom30];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task All_EachSetting_IsReadByThatEtcdAndNoOther(string minor)
    {
        using var folder = new TempFolder();
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(minor);
        EtcdVersion version = etcd.Package.Version;
        using var limit = new SemaphoreSlim(4);

        string?[] wrong = await Task.WhenAll(
            EtcdSettingTable.All.Select(setting => CheckAsync(folder, etcd, setting, setting.IsKnownTo(version), limit)));
        string[] missing = await MissingAsync(folder, etcd, limit);

        Assert.Empty(wrong.OfType<string>());
        Assert.Empty(missing);
    }

    private static async Task<string?> CheckAsync(TempFolder folder, EtcdBinaries etcd, EtcdSetting setting, bool known, SemaphoreSlim limit)
    {
        string? kind = await KindAsync(folder, etcd, setting.Name, limit);
        return kind is null
            ? known ? $"etcd {etcd.Package.Version} does not read '{setting.Name}'" : null
            : !known ? $"etcd {etcd.Package.Version} reads '{setting.Name}' ({kind})"
            : Fits(setting, kind) ? null : $"'{setting.Name}' of etcd {etcd.Package.Version} is of type {kind}, not {setting.Type}";
    }

    /// <summary>Flags of the program that are settings of its file too and that the table does not have.</summary>
    private static async Task<string[]> MissingAsync(TempFolder folder, EtcdBinaries etcd, SemaphoreSlim limit)
    {
        ProcessResult help = await EtcdBinaries.RunAsync(etcd.Etcd, ["--help"], null, Token);
        string[] others = [.. Flag().Matches(help.Output + help.Error).Select(match => match.Groups[1].Value).Distinct()
            .Where(name => EtcdSettingTable.Find(name) is null)];
        string?[] kinds = await Task.WhenAll(others.Select(name => KindAsync(folder, etcd, name, limit)));
        return [.. others.Zip(kinds).Where(pair => pair.Second is not null).Select(pair => $"{pair.First} ({pair.Second})")];
    }

    /// <summary>Go's type of a setting; null where this etcd does not read it.</summary>
    private static async Task<string?> KindAsync(TempFolder folder, EtcdBinaries etcd, string name, SemaphoreSlim limit)
    {
        await limit.WaitAsync(Token);
        try
        {
            string file = folder.File($"{etcd.Version}-{name}.yml");
            await File.WriteAllTextAsync(file, (name == "data-dir" ? "" : NoFolder) + $"{name}: {WrongValue}\n", Token);
            ProcessResult result = await EtcdBinaries.RunAsync(etcd.Etcd, ["--config-file", file], null, Token);
            Assert.NotEqual(0, result.ExitCode);
            return Kind().Match(result.Output + result.Error) is { Success: true } match ? match.Groups[1].Value : null;
        }
        finally
        {
            limit.Release();
        }
    }

    private static bool Fits(EtcdSetting setting, string kind) => setting.Type switch
    {
        SettingType.Flag => kind == "bool",
        SettingType.Number or SettingType.Bytes or SettingType.Milliseconds or SettingType.Seconds =>
            kind is "uint" or "uint32" or "uint64" or "int" or "int64",
        SettingType.Duration => kind == "time.Duration",
        SettingType.Retention => kind is "string" or "int",
        SettingType.FlagMap => kind == "transport.SocketOpts",
        // Entries with parts are not given as settings.
        _ => kind is "string" or "config.V2DeprecationEnum" || (!IsFree(setting) && kind.Contains("onfig", StringComparison.Ordinal)),
    };

    private static bool IsFree(EtcdSetting setting) => setting.Owner is SettingOwner.Operator or SettingOwner.Tuning;

    [GeneratedRegex(@"^ +-?-([a-z0-9][a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex Flag();

    [GeneratedRegex(@"cannot unmarshal array into Go (?:struct field \S+|value) of type ([\w.]*\w)")]
    private static partial Regex Kind();
}
