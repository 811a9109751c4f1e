using System.Reflection;
using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Provisioning.Volumes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The shell that runs on hosts: files that are sent, that use each other by name, and that every shell can read.</summary>
public sealed partial class ShellScriptTests
{
    private const string Functions = "/Scripts/";

    // Text for the operator's own shell, made of what is in his package.
    private static readonly string[] NotForHosts = ["Security/CredentialEnvironments.cs"];

    /// <summary>Those that are <c>/bin/sh</c> somewhere.</summary>
    public static TheoryData<string> Shells => ["dash", "bash --posix", "busybox ash"];

    /// <summary>Words that a script and the code around it both know, by the script's file.</summary>
    public static TheoryData<string, string> SharedWords => new()
    {
        { "Hosts/Locking/hold-lock.sh", $"echo {HostLockScript.Taken}" },
        { "Hosts/Locking/hold-lock.sh", $"echo {HostLockScript.Held}" },
        { "Hosts/Locking/hold-lock.sh", $"echo {HostLockScript.Waiting}" },
        { "Hosts/Ssh/askpass.sh", AskPass.AskedVariable },
        { "Hosts/Ssh/askpass.sh", AskPass.PasswordVariable },
        { "Hosts/Ssh/login.sh", $":{RemoteCommand.Sudo};" },
        { "Hosts/Ssh/login.sh", $":{RemoteCommand.NoSudo};" },
        { "Hosts/Ssh/login.sh", $":{RemoteCommand.Password};" },
        { "Hosts/Ssh/begin.sh", $":{RemoteCommand.Ready};" },
        { "Hosts/Scripts/disk_facts.sh", $"'{HostLookScripts.DiskWord} " },
        { "Hosts/Scripts/is_there.sh", $"exit {MemberDataCheck.UnreadableCode}" },
        { "Hosts/Scripts/has_log.sh", $"exit {MemberDataCheck.UnreadableCode}" },
        { "Hosts/Scripts/require_data.sh", $"exit {MemberDataCheck.MissingCode}" },
        { "Hosts/Scripts/volume.sh", $"^What={VolumeUnit.DevicesById}" },
        { "Provisioning/Volumes/prepare-volume.sh", $"^What={VolumeUnit.DevicesById}" },
        { "Provisioning/Files/remove-member.sh", $"\"$1/{MoveScripts.CopyName}\"" },
        { "Deployment/Storage/survey-move.sh", $"\"$1/{MoveScripts.CopyName}\"" },
        { "Deployment/Storage/switch-folders.sh", $"\"$2/{MoveScripts.CopyName}\"" },
        { "Deployment/Storage/put-back.sh", $"\"$2/{MoveScripts.CopyName}\"" },
        { "Deployment/Storage/survey-move.sh", $"\"$1\"/{MoveScripts.AsidePrefix}*" },
        { "Deployment/Storage/put-back.sh", $"\"$1\"/{MoveScripts.AsidePrefix}*" },
        { "Deployment/Storage/remove-old-data.sh", $"\"$1\"/{MoveScripts.AsidePrefix}*" },
        { "Deployment/Storage/compare-copy.sh", $"exit {MoveScripts.Differs}" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_EveryScript_IsAPropertyOfATypeInItsFolder()
    {
        // A property whose file is not there throws.
        ILookup<string, string> sent = (
            from type in typeof(ShellScript).Assembly.GetTypes()
            from property in type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where property.PropertyType == typeof(string) && ShellScript.Paths.Any(path => FolderOf(path) == FolderOf(type))
            select (Folder: FolderOf(type), Text: (string?)property.GetValue(null))).ToLookup(found => found.Folder, found => found.Text ?? "");

        string[] unsent = [.. ShellScript.Paths.Where(path => !IsFunction(path) && !sent[FolderOf(path)].Contains(ShellScript.Load(path)))];

        Assert.NotEmpty(sent);
        Assert.Empty(unsent);
    }

    [Fact]
    public void Load_EveryFunction_IsUsedAndDefinedInTheFileOfItsName()
    {
        string[] functions = [.. ShellScript.Paths.Where(IsFunction)];
        string[] used =
        [
            .. ShellScript.Paths.Select(Read).SelectMany(text => UsesLine().Matches(text)).SelectMany(line => line.Groups[1].Value.Split(' ')),
        ];
        string[] unused = [.. functions.Where(path => !used.Contains(NameOf(path)))];
        string[] undefined = [.. functions.Where(path => !Read(path).Contains($"\n{NameOf(path)}() {{", StringComparison.Ordinal))];

        Assert.NotEmpty(functions);
        Assert.Empty(unused);
        Assert.Empty(undefined);
    }

    [Fact]
    public void Load_ScriptThatUsesFunctions_HasEachOnceBeforeItself()
    {
        string text = ShellScript.Load("Provisioning/Survey/survey.sh");

        Assert.Single(FactFunction().Matches(text));
        Assert.True(text.IndexOf("fact() {", StringComparison.Ordinal) < text.IndexOf("host_facts() {", StringComparison.Ordinal));
        Assert.True(text.IndexOf("host_facts() {", StringComparison.Ordinal) < text.IndexOf("\nhost_facts\n", StringComparison.Ordinal));
        Assert.DoesNotContain("# uses:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("# Arguments:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NameThatIsNoFile_Throws() =>
        Assert.Throws<InvalidOperationException>(() => ShellScript.Of(typeof(ShellScript), "no-such-script"));

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Load_EveryScript_IsReadByTheShell(string shell)
    {
        string[] words = shell.Split(' ');
        Assert.SkipUnless(ProgramPath.Find(words[0]) is not null, $"{words[0]} is not on PATH; install it.");
        var mistakes = new List<string>();
        foreach (string path in ShellScript.Paths)
        {
            // It has just been found.
            var command = new ProcessCommand(ProgramPath.Find(words[0])!, [.. words[1..], "-n", "-c", ShellScript.Load(path)]);
            ProcessResult result = await ProcessRunner.RunAsync(command, Token);
            if ((result.ExitCode, result.Error) != (0, "")) mistakes.Add($"{path}: {result.Error}");
        }

        Assert.Empty(mistakes);
    }

    [Theory]
    [MemberData(nameof(SharedWords))]
    public void Load_WordThatTheCodeKnowsToo_IsTheSame(string path, string word) =>
        Assert.Contains(word, Read(path), StringComparison.Ordinal);

    [Fact]
    public void Source_RawStrings_HoldNoShell()
    {
        string core = Repository.PathOf("src", "EtcdAdmin");
        IEnumerable<string> files = Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(core, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)
                && !NotForHosts.Any(exempt => file.StartsWith(exempt, StringComparison.Ordinal)));

        Assert.Empty(
            from file in files
            from literal in RawString().Matches(File.ReadAllText(Path.Combine(core, file)))
            from mark in ShellMark().Matches(literal.Value)
            select $"{file}: {mark.Value.Trim()}");
    }

    private static bool IsFunction(string path) => path.Contains(Functions, StringComparison.Ordinal);

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];

    private static string FolderOf(Type type) => type.Namespace is { } name && name.StartsWith("EtcdAdmin.", StringComparison.Ordinal)
        ? name["EtcdAdmin.".Length..].Replace('.', '/') : "";

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(["src", "EtcdAdmin", .. path.Split('/')]));

    [GeneratedRegex(@"^# uses: (.+)$", RegexOptions.Multiline)]
    private static partial Regex UsesLine();

    [GeneratedRegex(@"^fact\(\) \{", RegexOptions.Multiline)]
    private static partial Regex FactFunction();

    [GeneratedRegex("\"\"\"\r?\n.*?\r?\n *\"\"\"", RegexOptions.Singleline)]
    private static partial Regex RawString();

    [GeneratedRegex("""\bset -[eu]+\b|"\$[1-9@]"|; (then|do)$|^ *(fi|esac|done)$""", RegexOptions.Multiline)]
    private static partial Regex ShellMark();
}
