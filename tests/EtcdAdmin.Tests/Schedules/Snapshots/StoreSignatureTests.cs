using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What shells compute of HMAC and signatures, beside published results.</summary>
public sealed class StoreSignatureTests
{
    /// <summary>Those that are <c>/bin/sh</c> somewhere.</summary>
    public static TheoryData<string> Shells => ["dash", "bash --posix", "busybox ash"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How a shell is called; the test is skipped where it is not there.</summary>
    public static string[] Installed(string shell)
    {
        string[] words = shell.Split(' ');
        Assert.SkipUnless(ProgramPath.Find(words[0]) is not null, $"{words[0]} is not on PATH; install it.");
        return [ProgramPath.Find(words[0])!, .. words[1..]]; // it has just been found
    }

    /// <remarks>RFC 4231, 4.2 to 4.8 without the truncated one.</remarks>
    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Hmac_Rfc4231_IsWhatItSays(string shell)
    {
        (string Key, byte[] Message, string Mac)[] cases =
        [
            (Repeat("0b", 20), "Hi There"u8.ToArray(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            ("4a656665", "what do ya want for nothing?"u8.ToArray(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (Repeat("aa", 20), Convert.FromHexString(Repeat("dd", 50)), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            ("0102030405060708090a0b0c0d0e0f10111213141516171819", Convert.FromHexString(
                Repeat("cd", 50)), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (Repeat("aa",
                131), "Test Using Larger Than Block-Size Key - Hash Key First"u8.ToArray(),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (
                Repeat("aa", 131),
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."u8.ToArray(),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ];

        string[] macs = await HmacAsync(shell, [.. cases.Select(one => (one.Key, one.Message))]);

        Assert.Equal(cases.Select(one => one.Mac), macs);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Hmac_EveryByteAndLengthsAroundABlock_IsThatOfDotnet(string shell)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        byte[][] keys = [all, all[..63], all[..64], all[..65], all[192..], [0], [.. "%s\\101"u8]];
        byte[] message = [.. all[1..], .. "%d\\"u8]; // no shell has a zero in a variable

        string[] macs = await HmacAsync(shell, [.. keys.Select(key => (Convert.ToHexStringLower(key), message))]);

        Assert.Equal(keys.Select(key => Convert.ToHexStringLower(HMACSHA256.HashData(key, message))), macs);
    }

    /// <remarks>AWS General Reference, "Examples of how to derive a signing key for Signature Version 4".</remarks>
    [Theory]
    [MemberData(nameof(Shells))]
    public async Task ReadKeysAndHmac_AmazonsExampleOfASigningKey_IsWhatItSays(string shell)
    {
        string key = await RunAsync(
            shell, "access_key=AKIDEXAMPLE\nsecret_key=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n",
            "s3_read_keys; hmac_sha256 \"$s3_secret\" 20150830; for word in us-east-1 iam aws4_request; do hmac_sha256 "
                + "\"$mac\" $word; done; echo \"$mac\"");

        Assert.Equal("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9\n", key);
    }

    /// <remarks>Amazon S3 API Reference, "Examples: Signature Calculations in AWS Signature Version 4": GET Object and PUT Object.</remarks>
    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Sign_AmazonsExamples_HasTheirSignatures(string shell)
    {
        string told = await RunAsync(
            shell, "# heading\naccess_key=AKIAIOSFODNN7EXAMPLE\nsecret_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
            """
            date() { echo 20130524T000000Z; }
            s3_url=https://examplebucket.s3.amazonaws.com/ s3_region=us-east-1
            s3_read_keys
            s3_sign GET test.txt e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 'range:bytes=0-9'
            s3_sign PUT test%24file.text 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072 \
                'x-amz-storage-class:REDUCED_REDUNDANCY' 'date:Fri, 24 May 2013 00:00:00 GMT'
            """);

        Assert.Equal(
            """
            header = "range: bytes=0-9"
            header = "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            header = "x-amz-date: 20130524T000000Z"
            header = "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            header = "date: Fri, 24 May 2013 00:00:00 GMT"
            header = "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
            header = "x-amz-date: 20130524T000000Z"
            header = "x-amz-storage-class: REDUCED_REDUNDANCY"
            header = "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"

            """,
            told);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task ReadKeys_OneIsMissing_SaysNo(string shell) =>
        Assert.Equal("no\n", await RunAsync(shell, "# heading\naccess_key=AKIDEXAMPLE\n", "s3_read_keys || echo no"));

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static async Task<string[]> HmacAsync(string shell, (string Key, byte[] Message)[] cases)
    {
        string[] arguments = [.. cases.SelectMany(one => new[] { one.Key, Convert.ToHexStringLower(one.Message) })];
        string told =
            await RunAsync(shell, "",
            "while [ $# -gt 0 ]; do hmac_sha256 \"$1\" \"$(printf %b \"$(octal_bytes \"$2\" 0)\")\"; echo \"$mac\"; shift 2; done", arguments);
        return told.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> RunAsync(string shell, string input, string script, params string[] arguments)
    {
        string[] words = Installed(shell);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        string functions =
            ShellScript.Load("Schedules/Snapshots/Scripts/s3_read_keys.sh") + ShellScript.Load("Schedules/Snapshots/Scripts/s3_sign.sh");
        string text = $"set -u\nLC_ALL=C\nexport LC_ALL\n{functions}\n{script}\n";
        ProcessResult result = await ProcessRunner.RunAsync(
            new ProcessCommand(words[0], [.. words[1..], "-c", text, "sh", .. arguments]) { StandardInput = stream }, Stop);
        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, result.Error);
        return result.Output;
    }
}
