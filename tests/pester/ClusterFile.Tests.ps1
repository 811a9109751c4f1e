# Cluster files as PowerShell data files, which the module reads itself; the core's tests have the other formats.
BeforeAll {
    Set-StrictMode -Version Latest
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"

    function Read-ClusterFile([string]$Path) {
        $read = [EtcdAdmin.PowerShell.Arguments.ClusterFiles]::ReadAsync($Path, [Threading.CancellationToken]::None)
        try { $read.GetAwaiter().GetResult() } catch { throw $_.Exception.InnerException }
    }

    function Read-Text([string]$Text) {
        $path = Join-Path $TestDrive 'cluster.psd1'
        Set-Content $path $Text -NoNewline
        Read-ClusterFile $path
    }
}

Describe 'A cluster file' {
    It 'says the same as a data file as in YAML' {
        $yaml = Join-Path $TestDrive 'cluster.yaml'
        Set-Content $yaml @'
name: prod
version: 3.10
port: 22
connectingTimeout: 10s
tuning: { quotaBytes: 8GB, cipherSuites: [A], extra: { max-request-bytes: 4194304, flag: true } }
hosts: [n1, { hostName: "it's n2", options: { ProxyJump: b } }]
'@

        $data = Read-Text @'
# A comment.
@{
    Name = 'prod'; Version = '3.10'; Port = 22; ConnectingTimeout = '00:00:10'
    Tuning = @{ QuotaBytes = 8GB; CipherSuites = 'A'; Extra = @{ 'max-request-bytes' = 4MB; flag = $true } }
    Hosts = @('n1', @{ HostName = 'it''s n2'; Options = @{ ProxyJump = 'b' } })
}
'@

        ConvertTo-Json $data -Depth 6 | Should -Be (ConvertTo-Json (Read-ClusterFile $yaml) -Depth 6)
        $data.Tuning.QuotaBytes | Should -Be 8GB
        $data.Hosts.HostName | Should -Be 'n1', "it's n2"
    }

    It 'names the authority of a new cluster, which is read before anything is planned' {
        $path = Join-Path $TestDrive 'own.yaml'
        Set-Content $path "name: prod`ncertificateAuthority: ./missing.crt`nhosts: [n1.invalid]"
        { Install-EtcdCluster -Path $path -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*' -ExpectedMessage '*missing.crt*'
        New-EtcdCertificateAuthority 'CN=own CA' (Join-Path $TestDrive own) | Out-Null
        Set-Content $path "name: prod`ncertificateAuthority: own/ca.crt`ncertificateAuthorityKey: own/ca.key`nhosts: [n1.invalid]"
        { Install-EtcdCluster -Path $path -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdHost*'
    }

    It 'takes a table that holds one host without a list' {
        (Read-Text "@{ name = 'a'; hosts = @{ hostName = 'n1' } }").Hosts.HostName | Should -Be 'n1'
    }

    It 'keeps text with odd characters as it is: <_>' -ForEach "a`tb", '$env:HOME', '"quoted"', 'ünï🙂', 'a;b`c', "two`nlines" {
        (Read-Text "@{ name = '$($_ -replace "'", "''")'; hosts = 'n1' }").Name | Should -BeExactly $_
    }

    It 'is refused with <Name>' -ForEach @(
        @{ Name = 'a command'; Text = '@{ name = (New-Item TestDrive:/ran); hosts = "n1" }'; Like = '*it holds code*' }
        @{ Name = 'a variable'; Text = '@{ name = $env:HOME; hosts = "n1" }'; Like = '*it holds code*' }
        @{ Name = 'a statement before it'; Text = "Get-Date; @{ name = 'a'; hosts = 'n1' }"; Like = '*one table, @{ ... }, and nothing else*' }
        @{ Name = 'parameters'; Text = "param(`$x) @{ name = 'a'; hosts = 'n1' }"; Like = '*one table, @{ ... }, and nothing else*' }
        @{ Name = 'no table'; Text = "'a'"; Like = '*one table*' }
        @{ Name = 'nothing'; Text = ''; Like = '*one table*' }
        @{ Name = 'a key twice'; Text = "@{`n  name = 'a'`n  Name = 'b' }"; Like = '*line 3, column 3: *' }
        @{ Name = 'half a table'; Text = "@{ name = 'a'"; Like = '*line 1, column*' }
        @{ Name = 'an unknown key'; Text = "@{ nmae = 'a'; hosts = 'n1' }"; Like = "*'nmae' is unknown; did you mean 'name'?*" }
        @{ Name = 'a version without quotes'; Text = "@{ name = 'a'; hosts = 'n1'; version = 3.10 }"; Like = "*'version' must be text; put it in quotes*" }
    ) {
        $failure = { Read-Text $Text } | Should -Throw -PassThru

        $failure.Exception.ErrorId | Should -Be 'EtcdSpecInvalid'
        $failure.Exception.Message | Should -BeLike $Like
        $failure.Exception.Message | Should -BeLike "*cluster.psd1*"
        Join-Path $TestDrive 'ran' | Should -Not -Exist
    }

    It 'is refused where there is none' {
        $failure = { Read-ClusterFile (Join-Path $TestDrive 'none.psd1') } | Should -Throw -PassThru

        $failure.Exception.Message | Should -BeLike '*there is no such file*'
    }
}
